import { formatCount } from '../human.ts'
import type { Paint } from './paint.ts'

/** About a screen of 80 by 24: more of one text hides those before it. */
const mostShown = 2_000

/** Shows a text by `print`, folded where it is too long to be read. */
export type Fold = (text: string, print: (text: string) => string) => string

/** The option of commands that fold. */
export const fullOption = {
  full: { type: 'boolean', description: 'all of long texts, which a terminal else gets the beginning of' },
} as const

/** A terminal gets the beginning of a long text and how much is left; a file, a pipe, or who asks for all of it, everything. */
export function foldFor(stream: { isTTY?: boolean | undefined }, isFull: boolean, paint: Paint): Fold {
  if (stream.isTTY !== true || isFull) return (text, print) => print(text)
  return (text, print) => {
    if (text.length <= mostShown) return print(text)
    const start = beginning(text)
    const left = formatCount(text.length - start.length)
    return `${print(start)}${paint(` … ${left} more characters: --full shows them`, 'dim')}`
  }
}

/** Without half of a character at its end, or part of a code for colours. */
function beginning(text: string): string {
  const start = text.slice(0, mostShown)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return start.replace(/(?:[\ud800-\udbff]|\u001b(?:\[[0-9;:]*)?)$/, '')
}
