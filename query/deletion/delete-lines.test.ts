import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeKafka } from '../../aggregator/testing/fake-kafka.ts'
import { sentRecord, takeIn } from '../../aggregator/testing/sent.ts'
import { reportText } from '../../cli/verify/report.ts'
import { verify } from '../../cli/verify/verify.ts'
import { createStoreClient, formOf } from '../../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../../store/testing/store.ts'
import { deleteLines, previewDeletion } from './delete-lines.ts'

const reason = storeUnavailable()
const topic = 'otlp_logs'
const nowMs = Date.now()

describe.skipIf(reason !== undefined)(
  `deleting${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let store: TestStore
    let client: ClickHouseClient
    let kafka: FakeKafka
    let tokens = 0
    beforeAll(async () => {
      store = await startTestStore()
      client = await createStoreClient(store.config)
    }, 30_000)
    afterAll(async () => {
      await client?.close()
      await store?.close()
    })
    const sources = { web: '/var/log/web', shop: '/var/log/shop' }
    beforeEach(async () => {
      for (const table of [
        'otel_logs',
        'ledger',
        'deletions',
        'deleted_rows',
        'log_rollup_1m',
        'log_patterns',
      ])
        await client.command({ query: `TRUNCATE TABLE ${table}` })
      kafka = new FakeKafka()
      kafka.makeTopic(topic, 1)
      const records = Object.entries(sources).map(([service, source]) =>
        sentRecord({ agent: 'a', source, generation: '1', service, timeMs: nowMs }, 0, [
          { body: `${service}: ann@example.com came` },
          { body: `${service}: bob@example.com came` },
        ]),
      )
      kafka.append(topic, 0, records)
      await takeIn(client, topic, records, 0, `delete ${tokens++}`)
      const member = await kafka.client().joinGroup({ group: 'g', topics: [topic], clientId: 'c' })
      await member.commit([{ topic, partition: 0, offset: 2, metadata: '' }])
    })
    const rows = async (query: string) =>
      (await (await client.query({ query, format: 'JSONCompactEachRow' })).json<unknown[]>()).flat()
    const options = (match: string, sinceMs?: number, untilMs?: number) => ({
      ...{ store: client, form: formOf(store.config), tenant: 'default', match },
      ...{ sinceMs, untilMs },
    })
    const remove = async (match: string, why?: string) => {
      const preview = await previewDeletion(options(match))
      await deleteLines(options(match), { by: 'root@test', preview, nowMs, why })
    }
    const verified = () =>
      verify({
        ...{ config: store.config, kafka: kafka.client(), store: client, agent: undefined, sinceMs: 0 },
        ...{ isQuick: false, nowMs, progress: () => undefined },
      })

    it('says what would go and what stays, and takes nothing', async () => {
      const preview = await previewDeletion(options('{service="shop"}'))
      const day = new Date(nowMs).toISOString().slice(0, 10)
      expect(preview).toMatchObject({
        lines: 2,
        bytes: 2 * 26,
        days: [{ day, lines: 2 }],
        spans: 0,
        samples: 0,
      })
      expect((await previewDeletion(options('{} |= "ann"'))).stays).toContain(
        'counts of lines per service, level and host (log_rollup): numbers, no text',
      )
      expect((await previewDeletion(options('{service="shop"}', nowMs + 1))).lines).toBe(0)
      expect((await previewDeletion(options('{service="shop"}', undefined, nowMs - 1))).lines).toBe(0)
      expect(await rows('SELECT count() FROM otel_logs')).toEqual([4])
    })

    it("takes a service's lines, counts and templates, and nothing else", async () => {
      await remove('{service="shop"}')
      expect(await rows('SELECT DISTINCT ServiceName FROM otel_logs')).toEqual(['web'])
      expect(await rows('SELECT DISTINCT ServiceName FROM log_rollup_1m')).toEqual(['web'])
      expect(await rows('SELECT DISTINCT ServiceName FROM log_patterns')).toEqual(['web'])
    })

    it("takes a person's lines, of which verify says who deleted them, and when", async () => {
      expect((await verified()).isProven).toBe(true)
      await remove('{} |= "ann@example.com"')
      expect(await rows('SELECT Body FROM otel_logs ORDER BY Body')).toEqual([
        'shop: bob@example.com came',
        'web: bob@example.com came',
      ])
      const check = await verified()
      expect(check.findings).toEqual([])
      const at = `${new Date(nowMs).toISOString().slice(0, 19)}Z`
      expect(reportText(check)).toContain(
        `2 lines were deleted\ndeleted: 2 lines at ${at} by root@test: millrace store delete --match {} |= "ann@example.com"\n`,
      )
    })

    it('notes a reason in place of a query that says what is to be forgotten', async () => {
      await remove('{} |= "ann@example.com"', 'request 17')
      expect(await rows('SELECT Query, Reason FROM deletions')).toEqual(['', 'request 17'])
    })

    it('is no excuse for what else is missing', async () => {
      await remove('{} |= "ann@example.com"')
      await client.command({
        query: "ALTER TABLE otel_logs DELETE WHERE ServiceName = 'web' SETTINGS mutations_sync = 2",
      })
      expect((await verified()).findings.map(({ message }) => message)).toEqual([
        '2 lines in the record, 0 rows in the store, 1 deleted',
      ])
    })
  },
)
