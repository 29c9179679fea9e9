import { randomInt } from 'node:crypto'

const seed = 0x9747b28c
const m = 0x5bd1e995

/**
 * The partition of a key as Kafka's Java client chooses it (BuiltInPartitioner), so that records with one key stay
 * together whoever writes them; any one without a key.
 */
export function partitionOf(key: Buffer | null, partitions: number): number {
  if (key === null) return randomInt(Math.max(1, partitions))
  return (murmur2(key) & 0x7fffffff) % Math.max(1, partitions)
}

/** As org.apache.kafka.common.utils.Utils.murmur2. */
export function murmur2(data: Buffer): number {
  let hash = seed ^ data.length
  const whole = data.length - (data.length % 4)
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(data.readInt32LE(i), m)
    k = Math.imul(k ^ (k >>> 24), m)
    hash = Math.imul(hash, m) ^ k
  }
  const left = data.length - whole
  for (let i = left - 1; i >= 0; i--) hash ^= (data[whole + i] as number) << (8 * i)
  if (left > 0) hash = Math.imul(hash, m)
  hash = Math.imul(hash ^ (hash >>> 13), m)
  return hash ^ (hash >>> 15)
}
