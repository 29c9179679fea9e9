import { expect, it } from 'vitest'
import { createStoreClient } from '../client/client.ts'
import { startTestStore, storeUnavailable } from '../testing/store.ts'

const reason = storeUnavailable()

it.skipIf(reason !== undefined)(
  `reads with as many threads as there are, whatever memory it may take${reason === undefined ? '' : ` (${reason})`}`,
  async () => {
    const store = await startTestStore({ store: { maxMemoryBytes: 1_000_000_000 } })
    const client = await createStoreClient(store.config)
    try {
      await client.command({ query: 'CREATE TABLE wide (n UInt64) ENGINE = MergeTree ORDER BY n' })
      await client.command({ query: 'INSERT INTO wide SELECT number FROM numbers(1000000)' })
      const query = 'EXPLAIN PIPELINE SELECT sum(cityHash64(n)) FROM wide'
      const settings = { max_threads: 2 } as const
      const answer = await client.query({ query, format: 'TabSeparatedRaw', clickhouse_settings: settings })
      expect(await answer.text()).toMatch(/MergeTreeSelect\(.*\) × 2/)
    } finally {
      await client.close()
      await store.close()
    }
  },
  30_000,
)
