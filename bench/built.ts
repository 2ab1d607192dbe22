/** A module of the package as it is published: compiled. */
export function built<T>(module: string): Promise<T> {
  return import(new URL(`../dist/${module}.js`, import.meta.url).href)
}
