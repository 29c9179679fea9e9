import { holds, lookAt, sameBytes } from './inspect.ts'
import { headBytes } from './position.ts'
import { type Entry, keyOf, type TrackedFile } from './tracked-file.ts'

/** Something shorter than a fingerprint that stays as it is for so long is no copy in the making. */
const copySettleMs = 10_000

/**
 * Whether an entry at a rotation's name is a copy, whole or still being made, of a file that is being followed. A copy is
 * left alone: should the original be cut, its rest is found there then. True also while that cannot be told, since the
 * original was cut during the look: the next one knows.
 */
export async function isCopyOf(entry: Entry, file: TrackedFile, nowMs: number): Promise<boolean> {
  if (entry.path.endsWith('.gz')) return file.headLength > 0 && (await holds(entry, file))
  if (file.offset > 0 && entry.size >= file.offset) return await holds(entry, file)
  const { path } = file
  const there = path === undefined ? undefined : lookAt(path)
  if (there === undefined || keyOf(there) !== file.key) return false
  const length = Math.min(entry.size, there.size)
  // an original without content has no copy, an entry without content may become one
  if (length === 0) return entry.size === 0 && isYoung(entry, nowMs)
  if (await sameBytes(entry.path, there.path, length)) return length >= headBytes || isYoung(entry, nowMs)
  return file.offset > 0 && !(await holds(there, file))
}

function isYoung(entry: Entry, nowMs: number): boolean {
  return nowMs - entry.modifiedMs < copySettleMs
}
