/** What a terminal may take for orders: C0, DEL and C1, and what turns the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const orders = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * A text of somebody else on one line of a terminal: characters that a terminal would obey are shown as their codes.
 *
 * @example
 * printable('a\u001b[31m') // => 'a\\x1b[31m'
 */
export function printable(text: string): string {
  return text.replace(orders, character => {
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })
}

/** Colours that programs put into their lines (SGR, ECMA-48): they say nothing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const colours = /\u001b\[[0-9;:]*m/g

/**
 * A text of somebody else that may have several lines, as a stack trace has: those after the first are indented. Tabs are blanks
 * and colours are left out; all else is as `printable` has it.
 *
 * @example
 * printableLines('boom\n\tat main') // => 'boom\n        at main'
 */
export function printableLines(text: string, indent = '    '): string {
  return text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(line => printable(line.replaceAll(colours, '').replaceAll('\t', '    ')))
    .join(`\n${indent}`)
}
