/**
 * The attributes that hold what a line says, the first of them that a record has being its message. Source: what the
 * common logging libraries write, GELF's `short_message`, journald's `MESSAGE`, Serilog's `@m` and, where it left the
 * text to the reader, the template `@mt`.
 */
export const messageKeys = [
  'message',
  'msg',
  '@message',
  '@m',
  'log',
  'event',
  'short_message',
  'MESSAGE',
  'Message',
  'fields.message',
  'record.message',
  'textPayload',
  '@mt',
] as const

const escapeSign = '\u001b'
/** Sequences that only colour or move: ECMA-48, CSI. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlSequences = /\u001b\[[0-9;:?]*[A-Za-z]/g

/**
 * What people read of a log record: its message where an attribute holds one, else its body, which is the line as it was
 * written. Colours are left out.
 *
 * @example
 * logMessage({ msg: 'hello', n: '1' }, '{"msg":"hello","n":1}') // => 'hello'
 * logMessage({}, 'hello') // => 'hello'
 */
export function logMessage(attributes: Readonly<Record<string, string>>, body: string): string {
  const text = messageAttribute(attributes) ?? body
  return text.includes(escapeSign) ? text.replace(controlSequences, '') : text
}

function messageAttribute(attributes: Readonly<Record<string, string>>): string | undefined {
  for (const key of messageKeys) {
    const value = Object.hasOwn(attributes, key) ? attributes[key] : undefined
    // Docker and some libraries keep the line end in the message
    if (value !== undefined && value !== '') return value.endsWith('\n') ? value.slice(0, -1) : value
  }
  return undefined
}
