import { readFileSync } from 'node:fs'

const maxBytes = 1_048_576

/** A small file of the machine as text; undefined where it is not there, may not be read, or is not small. */
export function readSmallFile(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8')
    return text.length > maxBytes ? undefined : text
  } catch {
    // what a machine does not have, nothing is detected from
    return undefined
  }
}
