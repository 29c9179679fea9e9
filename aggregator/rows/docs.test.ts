import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStoreClient } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { sentRecord, takeIn } from '../testing/sent.ts'

const reason = storeUnavailable()
const page = readFileSync(new URL('../../docs/store.md', import.meta.url), 'utf8')
const statements = [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, text]) => text as string)
const timeMs = Date.now()
const file = { agent: 'web1', source: '/var/log/x', generation: '7', service: 'web', timeMs }
const line = {
  body: '{"level":"error","msg":"it timed out","took_ms":12.5}',
  attributes: { level: 'error', msg: 'it timed out', took_ms: 12.5, 'log.file.path': '/var/log/x' },
}

describe.skipIf(reason !== undefined)(`lines in SQL${reason === undefined ? '' : ` (${reason})`}`, () => {
  let store: TestStore
  let client: ClickHouseClient

  beforeAll(async () => {
    store = await startTestStore()
    client = await createStoreClient(store.config)
    await takeIn(client, 'otlp_logs', [sentRecord(file, 0, [line])], 0, 'docs')
  }, 30_000)
  afterAll(async () => {
    await client?.close()
    await store?.close()
  })

  it('are found as docs/store.md says', async () => {
    const answers = []
    for (const query of statements)
      answers.push(await (await client.query({ query, format: 'JSONEachRow' })).json())
    expect(answers).toEqual([
      [{ Timestamp: expect.any(String), Level: expect.any(String), Message: 'it timed out' }],
      [{ LogFilePath: '/var/log/x', lines: expect.anything(), p99: 12.5 }],
      [{ msg: 'it timed out', file: '/var/log/x' }],
    ])
  })
})
