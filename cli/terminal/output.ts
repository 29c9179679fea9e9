import { once } from 'node:events'
import { printable } from '../printable.ts'

/**
 * A reader that has seen enough (`millrace logs | head`) is no error: the process ends as if it were done. A server goes on
 * without a reader.
 */
export function heedReader(isServer: boolean): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (!isServer) process.exit(0)
  })
}

/** Writes to standard output and waits while its reader is behind, so that what is written does not pile up here. */
export async function write(text: string | Buffer): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

/** One line to standard error, for people: what a script must not take for a result. */
export function note(text: string): void {
  process.stderr.write(`millrace: ${printable(text)}\n`)
}

/** Characters that JSON leaves as they are and a terminal may obey. */
const unescaped = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** JSON on one line, without a character that a terminal would obey. Bigints become text. */
export function toJsonLine(value: unknown): string {
  const text = JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? String(inner) : inner,
  )
  return text.replace(unescaped, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export async function writeJson(value: unknown): Promise<void> {
  await write(`${toJsonLine(value)}\n`)
}
