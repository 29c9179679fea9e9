import { createRequire } from 'node:module'
import { OperatingError } from '../../base/index.ts'

/*
 * Native modules are loaded when a batch first needs them: most brokers and agents see one codec or none, and each takes
 * three megabytes. Their binaries are optional dependencies of theirs, so an install may be without.
 */
const load = createRequire(import.meta.url)

export const nativeCrc = once(() => optional<typeof import('@node-rs/crc32')>('@node-rs/crc32'))
export const nativeSnappy = once(() => optional<typeof import('snappy')>('snappy'))
const nativeLz4 = once(() => optional<typeof import('lz4-napi')>('lz4-napi'))

/** Errors: CODEC_MISSING. */
export function lz4(): typeof import('lz4-napi') {
  return nativeLz4() ?? missing('lz4')
}

/** Errors: CODEC_MISSING. */
export function snappy(): typeof import('snappy') {
  return nativeSnappy() ?? missing('snappy')
}

function optional<T>(name: string): T | undefined {
  try {
    return load(name) as T
  } catch {
    // not installed, or not for this machine: who needs it says so
    return undefined
  }
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function missing(codec: string): never {
  const remedy = 'install with optional dependencies (npm ci), or let producers compress with zstd or gzip'
  throw new OperatingError(
    'CODEC_MISSING',
    `a record batch needs ${codec}, which is not installed: ${remedy}`,
  )
}
