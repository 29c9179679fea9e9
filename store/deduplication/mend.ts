import { type BlockRecord, isInserted, Parts, partOf } from './records.ts'

/**
 * Records of blocks whose part is not there. The engine notes a block before it renames the block's part into place, so a
 * process that is killed in between has noted what it does not have; to a repetition of the insert it would say that all is there.
 */
export function recordsWithoutPart(
  records: readonly BlockRecord[],
  parts: readonly string[],
): Set<BlockRecord> {
  const there = new Parts(parts)
  return new Set(
    records.filter(record => {
      const part = partOf(record.part)
      return part !== undefined && !record.isForgotten && !there.holds(part)
    }),
  )
}

/**
 * Parts whose insert was never answered: a loss of power left the part and not the record of its block, which is synced before
 * the answer; a repetition of the insert would be taken for new. They are newer than all that is recorded. One that a merge
 * has taken in stays: no merge ends between a part and its record.
 */
export function partsWithoutRecord(records: readonly BlockRecord[], parts: readonly string[]): string[] {
  const noted = records.filter(({ isForgotten }) => !isForgotten).flatMap(({ part }) => partOf(part) ?? [])
  if (noted.length === 0) return []
  const newest = noted.reduce((most, { last }) => Math.max(most, last), 0)
  const there = new Parts(parts)
  const isNewer = ({ first }: { first: number }) => first > newest
  const older = new Parts(there.all.filter(part => !isNewer(part)).map(({ name }) => name))
  return there.all.filter(part => isNewer(part) && !older.holds(part)).map(({ name }) => name)
}

/**
 * Of parts that have no list of their files, those that others take the place of: an insert is not answered before the list is
 * on disk, so it is sent again, and what was merged is there still. The engine would take such a part as it is, and fail at each
 * question that meets what is missing.
 */
export function replaceable(withoutList: readonly string[], parts: readonly string[]): string[] {
  const lacking = new Set(withoutList)
  const others = new Parts(parts.filter(part => !lacking.has(part)))
  return new Parts(withoutList).all
    .filter(part => isInserted(part) || others.hasPieces(part))
    .map(({ name }) => name)
}
