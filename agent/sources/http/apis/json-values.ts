import { parseExactJson } from '../../../../lib/base/index.ts'
import { invalidPush } from '../../../listen/serve-apis.ts'

export type Fields = Readonly<Record<string, unknown>>

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The JSON values of a body, one after the other, with or without white space or line ends between them. `parse` says
 * what becomes of numbers.
 * Errors: PUSH_INVALID with the byte at which it stopped being JSON.
 */
export function* jsonValues(body: Buffer, parse = parseExactJson): Iterable<unknown> {
  let at = skipSpace(body, 0)
  while (at < body.length) {
    const end = endOfValue(body, at)
    yield parseAt(body, at, end, parse)
    at = skipSpace(body, end)
  }
}

function parseAt(body: Buffer, at: number, end: number, parse: (text: string) => unknown): unknown {
  try {
    return parse(body.toString('utf8', at, end))
  } catch (cause) {
    throw invalidPush(`not JSON at byte ${at}: ${(cause as Error).message}`, cause)
  }
}

function skipSpace(body: Buffer, from: number): number {
  let at = from
  while (at < body.length && (body[at] as number) <= 0x20) at++
  return at
}

/** Past the value at `at`: where its brackets close, its string ends, or a line ends. */
function endOfValue(body: Buffer, from: number): number {
  let depth = 0
  for (let at = from; at < body.length; at++) {
    const byte = body[at] as number
    if (byte === 0x22) at = endOfString(body, at + 1)
    else if (byte === 0x7b || byte === 0x5b) depth++
    else if (byte === 0x7d || byte === 0x5d) depth--
    else if (depth > 0 || byte > 0x20) continue
    if (depth <= 0) return Math.min(at + 1, body.length)
  }
  return body.length
}

/** The quote that closes a string. */
function endOfString(body: Buffer, from: number): number {
  let at = from
  while (at < body.length && body[at] !== 0x22) at += body[at] === 0x5c ? 2 : 1
  return at
}
