import type { KafkaAdminClient } from '../client/index.ts'
import { apis, errorCodes, errorName } from '../index.ts'
import { expectDone } from './outcome.ts'

/** A folder in which a broker keeps partitions. */
export interface LogDir {
  broker: number
  path: string
  /** Of the volume; -1 where the broker does not say (before Kafka 3.3). */
  totalBytes: number
  usableBytes: number
  /** Kafka's name of what is wrong with it: `KAFKA_STORAGE_ERROR`. */
  error: string | undefined
  partitions: { topic: string; partition: number; bytes: number }[]
}

/** Every folder of every broker, with what lies in it (DescribeLogDirs). */
export async function describeLogDirs(client: KafkaAdminClient): Promise<LogDir[]> {
  const brokers = await client.nodes()
  const found = await Promise.all(brokers.map(broker => ofBroker(client, broker)))
  return found.flat()
}

async function ofBroker(client: KafkaAdminClient, broker: number): Promise<LogDir[]> {
  const answer = await client.request(apis.describeLogDirs, { topics: null }, { node: broker })
  expectDone(answer.errorCode, null, `asking broker ${broker} for its folders`)
  return answer.results.map(dir => ({
    broker,
    path: dir.logDir,
    totalBytes: dir.totalBytes,
    usableBytes: dir.usableBytes,
    error: dir.errorCode === errorCodes.NONE ? undefined : errorName(dir.errorCode),
    partitions: dir.topics.flatMap(({ name, partitions }) =>
      partitions
        .filter(p => !p.isFutureKey)
        .map(p => ({ topic: name, partition: p.partitionIndex, bytes: p.partitionSize })),
    ),
  }))
}

/** Bytes by `topic/partition`: the largest replica, since a follower may be behind. */
export function partitionBytes(dirs: readonly LogDir[]): Map<string, number> {
  const bytes = new Map<string, number>()
  for (const dir of dirs)
    for (const { topic, partition, bytes: size } of dir.partitions) {
      const key = `${topic}/${partition}`
      bytes.set(key, Math.max(bytes.get(key) ?? 0, size))
    }
  return bytes
}
