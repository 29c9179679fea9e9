const primes = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const
const [prime1, prime2, prime3, prime4, prime5] = primes
const stripeBytes = 32

/**
 * XXH64 with the seed 0, as 64 bits without a sign. Source: xxHash fast digest algorithm (Yann Collet), XXH64.
 *
 * @example
 * xxHash64(Buffer.from('abc')).toString(16) // => '44bc2cf5ad770999'
 */
export function xxHash64(bytes: Buffer): bigint {
  const stripes = Math.floor(bytes.length / stripeBytes) * stripeBytes
  let hash = u64((stripes === 0 ? prime5 : ofStripes(bytes, stripes)) + BigInt(bytes.length))
  let at = stripes
  for (; at + 8 <= bytes.length; at += 8)
    hash = u64(rotated(hash ^ round(0n, bytes.readBigUInt64LE(at)), 27n) * prime1 + prime4)
  if (at + 4 <= bytes.length) {
    hash = u64(rotated(hash ^ u64(BigInt(bytes.readUInt32LE(at)) * prime1), 23n) * prime2 + prime3)
    at += 4
  }
  for (; at < bytes.length; at++)
    hash = u64(rotated(hash ^ u64(BigInt(bytes[at] as number) * prime5), 11n) * prime1)
  return avalanche(hash)
}

function ofStripes(bytes: Buffer, end: number): bigint {
  const lanes = [u64(prime1 + prime2), prime2, 0n, u64(-prime1)]
  for (let at = 0; at < end; at += stripeBytes)
    for (const [i, lane] of lanes.entries()) lanes[i] = round(lane, bytes.readBigUInt64LE(at + i * 8))
  const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint]
  const joined = u64(rotated(a, 1n) + rotated(b, 7n) + rotated(c, 12n) + rotated(d, 18n))
  return lanes.reduce((hash, lane) => u64((hash ^ round(0n, lane)) * prime1 + prime4), joined)
}

function round(lane: bigint, input: bigint): bigint {
  return u64(rotated(u64(lane + input * prime2), 31n) * prime1)
}

function avalanche(hash: bigint): bigint {
  const second = u64((hash ^ (hash >> 33n)) * prime2)
  const third = u64((second ^ (second >> 29n)) * prime3)
  return third ^ (third >> 32n)
}

function rotated(value: bigint, by: bigint): bigint {
  return u64((value << by) | (value >> (64n - by)))
}

function u64(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}
