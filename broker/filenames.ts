/** Every name the broker puts on disk below `dataDir`; segment files are named in lib/log. */

export const brokerFolder = 'broker'
/** Holds one folder per partition, as Kafka's log.dirs. */
export const dataFolder = 'data'
export const metadataJournal = 'metadata.jsonl'
/** A partition folder of a deleted topic, until its files are gone. */
export const deletedFolderSuffix = '-delete'
/** Up to where each partition is compacted: one file for all, as Kafka's. */
export const cleanerCheckpoint = 'cleaner-offset-checkpoint'
/** In each partition's folder, as Kafka's. */
export const leaderEpochCheckpoint = 'leader-epoch-checkpoint'
/** There only while the broker is down and was shut down in good order, as Kafka's. */
export const cleanShutdownMarker = '.kafka_cleanshutdown'
export const snapshotSuffix = '.snapshot'

export function partitionFolder(topic: string, partition: number): string {
  return `${topic}-${partition}`
}

export function snapshotName(offset: number): string {
  return `${String(offset).padStart(20, '0')}${snapshotSuffix}`
}
