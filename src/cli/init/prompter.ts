import { Interrupted } from '../exit-status.ts'

export interface Choice {
  readonly value: string
  readonly label: string
  readonly hint?: string
}

/** Asks a person. Each question rejects with Interrupted when it is broken off. */
export interface Prompter {
  /** What is typed is not shown. */
  secret(question: string): Promise<string>
  line(question: string, placeholder: string): Promise<string>
  one(question: string, choices: readonly Choice[]): Promise<string>
  several(question: string, choices: readonly Choice[]): Promise<readonly string[]>
  confirm(question: string): Promise<boolean>
}

/** Questions on a terminal; the library is loaded when the first is asked. */
export async function createPrompter(signal: AbortSignal): Promise<Prompter> {
  const clack = await import('@clack/prompts')
  const answered = async <T>(answer: Promise<T>): Promise<Exclude<T, symbol>> => {
    const value = await answer
    if (clack.isCancel(value)) throw new Interrupted('SIGINT', 'Broken off: nothing was written.')
    return value as Exclude<T, symbol>
  }
  const toOptions = (choices: readonly Choice[]) =>
    choices.map(({ value, label, hint = '' }) => ({ value, label, hint }))
  return {
    secret: (message) => answered(clack.password({ message, signal })).then((text) => text ?? ''),
    line: (message, placeholder) =>
      answered(clack.text({ message, placeholder, signal })).then((text) => text ?? ''),
    one: (message, choices) => answered(clack.select({ message, options: toOptions(choices), signal })),
    several: (message, choices) =>
      answered(clack.multiselect({ message, options: toOptions(choices), required: true, signal })),
    confirm: (message) => answered(clack.confirm({ message, signal })),
  }
}
