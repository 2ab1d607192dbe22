import { Interrupted } from '../exit-status.ts'

export interface Choice {
  readonly value: string
  readonly label: string
  readonly hint?: string
}

/** Asks a person. Each question rejects with Interrupted when it is broken off. */
export interface Prompter {
  /** How many questions were asked so far. */
  readonly questions: number
  /** What is typed is not shown. */
  secret(question: string): Promise<string>
  line(question: string, placeholder: string): Promise<string>
  one(question: string, choices: readonly Choice[]): Promise<string>
  several(question: string, choices: readonly Choice[]): Promise<readonly string[]>
  confirm(question: string): Promise<boolean>
}

/** Questions on a terminal: on stderr when stdout is for the result. The library is loaded here. */
export async function createPrompter(signal: AbortSignal, json: boolean): Promise<Prompter> {
  const clack = await import('@clack/prompts')
  const output = json || !process.stdout.isTTY ? process.stderr : process.stdout
  let questions = 0
  const answered = async <T>(answer: Promise<T>): Promise<Exclude<T, symbol>> => {
    questions += 1
    const value = await answer
    signal.throwIfAborted()
    if (clack.isCancel(value)) throw new Interrupted('SIGINT', 'Broken off: nothing was written.')
    return value as Exclude<T, symbol>
  }
  const toOptions = (choices: readonly Choice[]) =>
    choices.map(({ value, label, hint = '' }) => ({ value, label, hint }))
  return {
    get questions() {
      return questions
    },
    secret: (message) => answered(clack.password({ message, signal, output })).then((text) => text ?? ''),
    line: (message, placeholder) =>
      answered(clack.text({ message, placeholder, signal, output })).then((text) => text ?? ''),
    one: (message, choices) =>
      answered(clack.select({ message, options: toOptions(choices), signal, output })),
    several: (message, choices) =>
      answered(clack.multiselect({ message, options: toOptions(choices), required: true, signal, output })),
    confirm: (message) => answered(clack.confirm({ message, signal, output })),
  }
}
