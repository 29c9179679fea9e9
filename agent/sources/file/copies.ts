import { isArchive } from './archive/archive.ts'
import { holds, isArchiveOf, sameBytes } from './content.ts'
import type { Looker } from './inspect.ts'
import { headBytes } from './position.ts'
import { type Entry, isSameBirth, keyOf, type TrackedFile } from './tracked-file.ts'

/** Something shorter than a fingerprint that has stayed as it is for so long is no copy in the making. */
const copySettleMs = 10_000

/**
 * - `copy`: whole or still being made, of what stands where the file is: to be left alone. Should the original be cut,
 *   its rest is found there then
 * - `rest`: the file's own path is gone, and this is its content
 * - `undecided`: cannot be told yet, the next look knows more
 * - `other`: not a copy
 */
export type Verdict = 'copy' | 'rest' | 'undecided' | 'other'

/**
 * Whether an entry at a rotation's name is a copy of a file that is being followed: a copy is a part of it from its
 * beginning. `ageMs` is for how long the entry has been seen as it is.
 */
export async function judgeCopy(
  entry: Entry,
  file: TrackedFile,
  looker: Looker,
  ageMs: number,
): Promise<Verdict> {
  if (file.isArchive) return 'other'
  const there = file.path === undefined ? undefined : looker.look(file.path)
  if (there === undefined || keyOf(there) !== file.key || !isSameBirth(there, file))
    return await judgeOrphan(entry, file)
  const part = isArchive(entry.path)
    ? await judgeArchive(entry, there)
    : await judgePart(entry, there, file.offset)
  // the original may have been cut during the look: the next read of it tells
  if (part === 'other' && !(await holds(there, file))) return 'undecided'
  return part === 'undecided' && ageMs >= copySettleMs ? 'other' : part
}

async function judgeArchive(entry: Entry, there: Entry): Promise<Verdict> {
  return (await isArchiveOf(entry.path, there.path)) ? 'copy' : 'other'
}

/** Of a copy that may still be growing. */
async function judgePart(entry: Entry, there: Entry, offset: number): Promise<Verdict> {
  // an original without content has no copy, an entry without content may become one
  if (entry.size === 0) return there.size > 0 ? 'undecided' : 'other'
  if (entry.size > there.size || !(await sameBytes(entry.path, there.path, entry.size))) return 'other'
  const isProven = entry.size >= headBytes || entry.size >= offset
  return isProven && offset > 0 ? 'copy' : 'undecided'
}

/** Nothing of the file stands at its path: a copy may be all there is left of it. */
async function judgeOrphan(entry: Entry, file: TrackedFile): Promise<Verdict> {
  // nothing of it was taken yet, which it will be, end or no end
  if (file.offset === 0) return file.fd !== undefined && file.size > 0 ? 'undecided' : 'other'
  if (!(await holds(entry, file))) return 'other'
  // what is open of it is read first
  return file.fd !== undefined && file.hasMore ? 'undecided' : 'rest'
}
