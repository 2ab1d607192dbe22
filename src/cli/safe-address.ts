/** Whether a secret may travel there: not in the clear, except to this machine. */
export function isSafeAddress(text: string): boolean {
  const url = URL.parse(text)
  const isLocal = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal)
}
