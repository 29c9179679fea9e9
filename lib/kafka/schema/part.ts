import { assert } from '../../base/index.ts'

/** Record data that stands in a file and goes from there to a socket, without passing through our memory. */
export interface FileRange {
  readonly fd: number
  readonly position: number
  readonly length: number
}

/** What a response is made of: what was written, and record data by reference. */
export type Part = Buffer | FileRange

/** All parts in one buffer; there must be no range of a file among them. */
export function joinParts(parts: readonly Part[]): Buffer {
  const buffers = parts.filter(part => Buffer.isBuffer(part))
  assert(buffers.length === parts.length, 'only responses carry ranges of files')
  const [only] = buffers
  return buffers.length === 1 && only !== undefined ? only : Buffer.concat(buffers)
}
