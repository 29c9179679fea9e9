import type { StoredRecord } from '../../store/index.ts'
import type { SqlParams } from '../store-reader.ts'

/** What holds for the rows of records of one partition, by their places in its topic. */
export function placesOf(records: readonly StoredRecord[]): { sql: string; params: SqlParams } {
  const offsets = records.map(record => record.offset)
  const { topic = '', partition = 0 } = records[0] ?? {}
  return {
    sql: `Topic = {topic:String} AND TopicPartition = {partition:UInt32}
        AND TopicOffset >= {first:UInt64} AND TopicOffset <= {last:UInt64} AND has({offsets:Array(String)}, toString(TopicOffset))`,
    params: {
      topic,
      partition,
      first: Math.min(...offsets),
      last: Math.max(...offsets),
      offsets: offsets.map(String),
    },
  }
}
