import { afterAll, beforeAll, describe, expect, it, test } from 'vitest'
import { startTestStore, storeUnavailable, type TestStore } from '../testing/store.ts'
import { createStoreClient } from './client.ts'
import { quorumOf } from './cluster.ts'

const reason = storeUnavailable()

test.each([
  ['one replica, which nobody else has to wait for', [1], 0],
  ['shards of which one has no second replica', [2, 1], 0],
  ['two replicas', [2, 2], 2],
  ['three replicas', [3, 3, 3], 2],
  ['the smallest of unequal shards', [5, 3], 2],
  ['five replicas', [5], 3],
])('an insert is known of by most of %s', (_, replicas, quorum) => {
  expect(quorumOf(replicas)).toBe(quorum)
})

describe.skipIf(reason !== undefined)(
  `a client of a cluster${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let store: TestStore
    beforeAll(async () => {
      store = await startTestStore()
    }, 30_000)
    afterAll(async () => await store?.close())

    it('is refused where the server knows none of that name, with what to do', async () => {
      const { clickhouse } = store.config
      const config = { ...store.config, clickhouse: { ...clickhouse, cluster: 'logs' } }
      await expect(createStoreClient(config)).rejects.toMatchObject({
        code: 'CLUSTER_UNKNOWN',
        message: expect.stringMatching(
          /^clickhouse\.cluster: the server at .* knows no cluster "logs": name one/,
        ),
      })
    })
  },
)
