import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, readRecords } from '../../lib/kafka/index.ts'
import type { LedgerHeader } from '../../lib/ledger/index.ts'

export interface TopicRecord {
  value: Buffer
  headers: LedgerHeader[]
}

/** Every record of a topic, partition by partition. */
export async function readTopic(client: KafkaClient, topic: string): Promise<TopicRecord[]> {
  const { leaders } = await client.ensureTopic(topic, 4)
  const fetcher = client.openFetcher()
  const found: TopicRecord[] = []
  for (const partition of leaders.keys()) {
    const end = await client.listOffset(topic, partition, 'latest')
    for (let offset = 0; offset < end; ) {
      const request = [{ topic, partition, offset, maxBytes: 10_000_000 }]
      const [result] = await fetcher.fetch(request, { maxWaitMs: 100 })
      const cursor = new BatchCursor(result?.records ?? Buffer.alloc(0))
      while (cursor.next()) {
        for (const { value, headers } of readRecords(cursor)) {
          const plain = headers.map(header => ({ key: header.key, value: String(header.value) }))
          found.push({ value: Buffer.from(value ?? Buffer.alloc(0)), headers: plain })
        }
        offset = cursor.nextOffset
      }
    }
  }
  await fetcher.close()
  return found
}
