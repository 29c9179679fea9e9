import type { Transform } from 'node:stream'
import { createGzip, createZstdCompress } from 'node:zlib'

export type Encoding = 'zstd' | 'gzip'

/** Those that there are, the best first. */
const known: readonly Encoding[] = ['zstd', 'gzip']

/**
 * The encoding to answer in; undefined where none is asked for. Source: RFC 9110, 12.5.3.
 *
 * @example
 * encodingFor('gzip, deflate, zstd;q=0') // => 'gzip'
 */
export function encodingFor(acceptEncoding: string | undefined): Encoding | undefined {
  const accepted = new Map<string, number>()
  for (const part of (acceptEncoding ?? '').split(',')) {
    const [name = '', ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/)
    const weight = parameters.find(one => one.startsWith('q='))?.slice(2)
    accepted.set(name, weight === undefined ? 1 : Number(weight))
  }
  const best = known
    .map(name => ({ name, weight: accepted.get(name) ?? 0 }))
    .toSorted((a, b) => b.weight - a.weight)[0]
  return best !== undefined && best.weight > 0 ? best.name : undefined
}

export function compressor(encoding: Encoding): Transform {
  return encoding === 'zstd' ? createZstdCompress() : createGzip({ level: 4 })
}
