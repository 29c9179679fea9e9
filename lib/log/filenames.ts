/** Every name this room puts on disk. They are Kafka's, so that Kafka's own tools read the folder. */

export const logSuffix = '.log'
export const indexSuffix = '.index'
export const timeIndexSuffix = '.timeindex'
/** Transactions that were aborted; there only where a segment has any. */
export const txnIndexSuffix = '.txnindex'
/** A file about to be removed; what a crash leaves of them goes when the log is opened. */
export const deletedSuffix = '.deleted'
/** What compaction has written so far; nothing of it counts. */
export const cleanedSuffix = '.cleaned'
/** What compaction has finished; once the log file bears it, it takes the place of what it was made from. */
export const swapSuffix = '.swap'
/** A file half written; never read. */
export const temporarySuffix = '.tmp'
/** Up to where the log is known to be on disk; ours alone, Kafka keeps one for all partitions of a disk. */
export const checkpointName = 'recovery-point'

export const segmentSuffixes = [logSuffix, indexSuffix, timeIndexSuffix] as const

/** `00000000000000000042` for offset 42. */
export function segmentName(baseOffset: number): string {
  return String(baseOffset).padStart(20, '0')
}

/** The base offset in a segment file's name, undefined for any other file. */
export function baseOffsetOf(fileName: string, suffix: string): number | undefined {
  const match = /^(\d{20})(\.[a-z]+)$/.exec(fileName)
  return match !== null && match[2] === suffix ? Number(match[1]) : undefined
}
