import { crc32 } from 'node:zlib'
import type { LedgerHeader } from '../../../lib/ledger/index.ts'
import { isEscaped, readShownPath } from './file-path.ts'

/** The beginning of a file that stands for its identity, and the bytes before a position that prove it. */
export const headBytes = 1024
export const tailBytes = 64

/**
 * How far one generation of a file has been read, with what it takes to know the file again: device, inode and time of
 * birth, and checksums of its first bytes and of the last ones read, since inodes are reused and headers repeat.
 */
export interface FilePosition {
  /** The path at which the generation was first seen; the ledger's source. */
  source: string
  generation: string
  /** Where it was last seen. */
  path: string
  /** Where the path leads by way of links: rotations happen there. Empty where it is no link. */
  target: string
  device: string
  inode: string
  /** Nanoseconds; empty where the file system does not tell. */
  birth: string
  /** Everything below is in the spool. For compressed files: of the decompressed content. */
  offset: number
  /** Bytes of the head that the checksum covers: min(1024, offset). */
  headLength: number
  headSum: number
  tailSum: number
  /** True within a line that was cut: bytes up to the next line end are not a line. */
  skipping: boolean
  /** True within a line of which the part before was taken already, since nothing followed for long. */
  continuing: boolean
  /** Nothing more is expected of it: kept to recognise copies. */
  done: boolean
  /** No path led to it any more then, nor to a copy: what comes later is none. */
  gone?: boolean | undefined
}

/** What it takes to find a position's file again. */
export type Known = Pick<FilePosition, 'offset' | 'headLength' | 'headSum' | 'tailSum'>

export function headSumOf(bytes: Buffer, length: number): number {
  return crc32(bytes.subarray(0, length))
}

/** Checksum of the last bytes before `end`. */
export function tailSumOf(bytes: Buffer, end: number): number {
  return crc32(bytes.subarray(Math.max(0, end - tailBytes), end))
}

/** Where a read must begin to prove that the bytes before `offset` are still those that were read. */
export function readStart(offset: number): number {
  return offset <= headBytes ? 0 : offset - tailBytes
}

/** Whether bytes that begin at `readStart(offset)` of a file continue the position. */
export function continues(position: Pick<Known, 'offset' | 'headSum' | 'tailSum'>, bytes: Buffer): boolean {
  const before = position.offset - readStart(position.offset)
  if (bytes.length < before) return false
  if (position.offset <= headBytes) return headSumOf(bytes, before) === position.headSum
  return tailSumOf(bytes, before) === position.tailSum
}

/** What the ledger's headers and these two carry between them is all of a position but where it was last seen. */
const identityKey = 'millrace.identity'
const targetKey = 'millrace.target'
const skippingFlag = 1
const continuingFlag = 2
const escapedFlag = 4

/** Travel beside the ledger's headers, so that the spool alone says where each file stands. */
export function identityHeaders(position: FilePosition): LedgerHeader[] {
  const { device, inode, headLength, headSum, tailSum, birth, target } = position
  const flags =
    (position.skipping ? skippingFlag : 0) |
    (position.continuing ? continuingFlag : 0) |
    (isEscaped(position.source) ? escapedFlag : 0)
  const identity = [device, inode, headLength, headSum, tailSum, flags, birth].join(':')
  const headers = [{ key: identityKey, value: identity }]
  if (target !== '') headers.push({ key: targetKey, value: JSON.stringify(target) })
  return headers
}

export type Identity = Omit<FilePosition, 'generation' | 'path' | 'offset' | 'done' | 'gone'>

/** Reads back what `identityHeaders` wrote; `source` as the ledger has it. */
export function readIdentityHeaders(source: string, headers: readonly LedgerHeader[]): Identity | undefined {
  const parts = headerOf(headers, identityKey)?.split(':') ?? []
  const [device, inode] = parts
  const [headLength, headSum, tailSum, flags] = parts.slice(2, 6).map(Number)
  if (device === undefined || inode === undefined || flags === undefined) return undefined
  if (headLength === undefined || headSum === undefined || tailSum === undefined) return undefined
  return {
    source: (flags & escapedFlag) === 0 ? source : readShownPath(source),
    target: readTarget(headerOf(headers, targetKey)),
    device,
    inode,
    birth: parts[6] ?? '',
    headLength,
    headSum,
    tailSum,
    skipping: (flags & skippingFlag) !== 0,
    continuing: (flags & continuingFlag) !== 0,
  }
}

function readTarget(text: string | undefined): string {
  return text === undefined ? '' : String(JSON.parse(text))
}

function headerOf(headers: readonly LedgerHeader[], key: string): string | undefined {
  return headers.find(header => header.key === key)?.value
}
