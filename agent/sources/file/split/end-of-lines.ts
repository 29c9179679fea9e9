import { type Encoding, isLineFeed, unitBytesOf } from './encoding.ts'

const lineFeed = 0x0a

/**
 * Where the last line end of a range is behind; 0 where there is none. `offset`: where the range begins in its file, by which the
 * units of a wide encoding are told.
 */
export function endOfLines(bytes: Buffer, encoding: Encoding | undefined, offset: number): number {
  const unitBytes = unitBytesOf(encoding)
  if (unitBytes === 1) return bytes.lastIndexOf(lineFeed) + 1
  const first = (unitBytes - (offset % unitBytes)) % unitBytes
  const isBig = encoding?.endsWith('be') === true
  const units = Math.floor((bytes.length - first) / unitBytes)
  for (let at = first + (units - 1) * unitBytes; at >= first; at -= unitBytes)
    if (isLineFeed(bytes, at, unitBytes, isBig)) return at + unitBytes
  return 0
}
