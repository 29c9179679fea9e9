import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ExplainAnswer } from '../../query/index.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const nowMs = Date.now()

describe.skipIf(reason !== undefined)(
  `explaining${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      const logRecords = Array.from({ length: 100 }, (_, i) => ({
        timeUnixNano: String(BigInt(nowMs - 3_600_000 - i * 60_000) * 1_000_000n),
        body: { stringValue: `line ${i}` },
      }))
      const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }]
      await scene.insert('logs', {
        resourceLogs: [{ resource: { attributes }, scopeLogs: [{ logRecords }] }],
      })
    }, 30_000)
    afterAll(() => scene?.close())

    const explain = async (parameters: Record<string, string>) => {
      const range = { start: String(nowMs - 86_400_000), end: String(nowMs) }
      const { status, body } = await scene.get('/api/explain', { ...range, ...parameters })
      expect(body['detail']).toBeUndefined()
      expect(status).toBe(200)
      return body as unknown as ExplainAnswer
    }

    it('shows the SQL apart from its parameters, with indexes and what would be read', async () => {
      const { statements } = await explain({ query: '{service="shop"} |= "Zq9secret"' })
      expect(statements).toHaveLength(1)
      const [{ sql = '', parameters = {}, tables = [], indexes = [], estimate } = {}] = statements
      expect(sql).not.toContain('Zq9secret')
      expect(Object.values(parameters)).toEqual(
        expect.arrayContaining(['shop', 'Zq9secret', 'default', '100']),
      )
      expect(tables).toEqual(['otel_logs'])
      expect(indexes.map(({ type }) => type)).toEqual(expect.arrayContaining(['PrimaryKey', 'Skip']))
      expect(indexes.find(({ type }) => type === 'PrimaryKey')?.keys).toContain('Tenant')
      expect(estimate?.rows).toBeGreaterThanOrEqual(0)
    })

    it('says which rollup has the answer', async () => {
      const [statement] = (await explain({ query: '{service="shop"}', of: 'histogram', step: '1h' }))
        .statements
      expect(statement?.rollup).toBe('log_rollup_1h')
      const [lines] = (await explain({ query: '{} |= "line"', of: 'histogram', step: '1h' })).statements
      expect(lines?.rollup).toBeNull()
      expect(lines?.estimate.rows).toBe(100)
    })

    it.each(['facets', 'patterns'])('explains %s too', async of => {
      expect((await explain({ of })).statements.length).toBeGreaterThan(0)
    })
  },
)
