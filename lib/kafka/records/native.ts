import { createRequire } from 'node:module'

/*
 * Codecs that are native modules are loaded when a batch first needs them: most brokers and agents see one of them or
 * none, and each takes three megabytes. Node keeps them after the first call.
 */
const load = createRequire(import.meta.url)

export function snappy(): typeof import('snappy') {
  return load('snappy') as typeof import('snappy')
}

export function lz4(): typeof import('lz4-napi') {
  return load('lz4-napi') as typeof import('lz4-napi')
}
