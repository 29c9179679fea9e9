import type { Encoding } from './encoding.ts'

const lineFeed = 0x0a

/**
 * Where the last line end of a range is behind; 0 where there is none. `shift`: by how much the range begins off the
 * units of a wide encoding.
 */
export function endOfLines(bytes: Buffer, encoding: Encoding | undefined, shift: number): number {
  if (encoding !== 'utf-16le' && encoding !== 'utf-16be') return bytes.lastIndexOf(lineFeed) + 1
  const [low, high] = encoding === 'utf-16be' ? [1, 0] : [0, 1]
  for (let at = bytes.length - ((bytes.length - shift) % 2) - 2; at >= 0; at -= 2)
    if (bytes[at + low] === lineFeed && bytes[at + high] === 0) return at + 2
  return 0
}
