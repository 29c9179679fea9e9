import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { timeRange } from '../../query/range.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const zeroMs = Date.UTC(2026, 10, 2)
const hourMs = 3_600_000
const lines = 9_000
const ns = (ms: number) => BigInt(ms) * 1_000_000n

describe.skipIf(reason !== undefined)(
  `the range of a question${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
      for (let hour = 0; hour < 6; hour++)
        await scene.insert('logs', {
          resourceLogs: [
            {
              scopeLogs: [
                {
                  logRecords: Array.from({ length: lines }, (_, i) => ({
                    timeUnixNano: String(ns(zeroMs + hour * hourMs + i)),
                    body: { stringValue: `line ${i}` },
                  })),
                },
              ],
            },
          ],
        })
      await scene.client.command({ query: 'OPTIMIZE TABLE otel_logs FINAL' })
    }, 60_000)
    afterAll(() => scene?.close())

    const ask = async (sql: string, start: bigint, end: bigint) => {
      const params = { tenant: scene.config.tenant, start: String(start), end: String(end) }
      const asked = { query: sql, query_params: params, format: 'TabSeparatedRaw' } as const
      return await (await scene.client.query(asked)).text()
    }
    const count = async (start: bigint, end: bigint) =>
      Number(await ask(`SELECT count() FROM otel_logs WHERE ${timeRange}`, start, end))

    it('is looked up in the order of the table: other hours are not read', async () => {
      const second = [ns(zeroMs + hourMs), ns(zeroMs + hourMs + 5_000)] as const
      const plan = await ask(
        `EXPLAIN indexes = 1 SELECT count() FROM otel_logs WHERE ${timeRange} AND position(Body, '7') > 0`,
        ...second,
      )
      const [read, all] =
        /Granules: (\d+)\/(\d+)/
          .exec(plan.slice(plan.indexOf('PrimaryKey')))
          ?.slice(1)
          .map(Number) ?? []
      expect(all).toBeGreaterThanOrEqual(6)
      expect(read).toBeLessThanOrEqual(3)
      expect(await count(...second)).toBe(5_000)
    })

    it.each([
      [0n, 2n ** 63n - 1n, 6 * lines],
      [-5n, 2n ** 63n - 1n, 6 * lines],
      [ns(zeroMs), ns(zeroMs + 1), 1],
      [ns(zeroMs) + 1n, ns(zeroMs + 2), 1],
      [ns(zeroMs + 5 * hourMs), ns(Date.UTC(2200, 0, 1)), lines],
      [ns(zeroMs + lines), ns(zeroMs + hourMs), 0],
    ])('from %d up to %d are %d lines', async (start, end, expected) => {
      expect(await count(start, end)).toBe(expected)
    })
  },
)
