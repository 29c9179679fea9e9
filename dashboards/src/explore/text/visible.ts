/** What turns the direction of writing, and control characters but for tabs and line breaks: a line could say what it does not seem to. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/**
 * A text of somebody else, in which characters that are not seen but change what is are shown as their codes, as the command
 * line has them.
 *
 * @example
 * visible('a\u202eb') // => 'a\\u202eb'
 */
export function visible(text: string): string {
  return text.replaceAll(unseen, character => {
    const code = character.charCodeAt(0)
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
  })
}
