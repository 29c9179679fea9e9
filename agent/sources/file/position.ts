import { crc32 } from 'node:zlib'
import type { LedgerHeader } from '../../../lib/ledger/index.ts'

/** The beginning of a file that stands for its identity, and the bytes before a position that prove it. */
export const headBytes = 1024
export const tailBytes = 64

/**
 * How far one generation of a file has been read, with what it takes to know the file again: device and inode, and
 * checksums of its first bytes and of the last ones read, since inodes are reused and headers repeat.
 */
export interface FilePosition {
  /** The path at which the generation was first seen; the ledger's source. */
  source: string
  generation: string
  /** Where it was last seen. */
  path: string
  device: string
  inode: string
  /** Everything below is in the spool. For gzip files: of the decompressed content. */
  offset: number
  /** Bytes of the head that the checksum covers: min(1024, offset). */
  headLength: number
  headSum: number
  tailSum: number
  /** True within a line that was cut: bytes up to the next line end are not a line. */
  skipping: boolean
  /** Nothing more is expected of it: kept to recognise copies. */
  done: boolean
}

export function headSumOf(bytes: Buffer, length: number): number {
  return crc32(bytes.subarray(0, length))
}

/** Checksum of the last bytes before `end`. */
export function tailSumOf(bytes: Buffer, end: number): number {
  return crc32(bytes.subarray(Math.max(0, end - tailBytes), end))
}

const identityKey = 'millrace.identity'

/** Travels beside the ledger's headers, so that the spool alone says where each file stands. */
export function identityHeader(position: FilePosition): LedgerHeader {
  const { device, inode, headLength, headSum, tailSum, skipping } = position
  return {
    key: identityKey,
    value: [device, inode, headLength, headSum, tailSum, skipping ? 1 : 0].join(':'),
  }
}

type Identity = Pick<FilePosition, 'device' | 'inode' | 'headLength' | 'headSum' | 'tailSum' | 'skipping'>

export function readIdentityHeader(headers: readonly LedgerHeader[]): Identity | undefined {
  const text = headers.find(header => header.key === identityKey)?.value
  const parts = text?.split(':') ?? []
  const [device, inode] = parts
  const [headLength, headSum, tailSum, skipping] = parts.slice(2).map(Number)
  if (device === undefined || inode === undefined || skipping === undefined) return undefined
  if (headLength === undefined || headSum === undefined || tailSum === undefined) return undefined
  return { device, inode, headLength, headSum, tailSum, skipping: skipping === 1 }
}
