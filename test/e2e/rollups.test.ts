import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultSettings } from '../../aggregator/range/settings.ts'
import { rollupDefinitions } from '../../aggregator/rollups/definition.ts'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

const reason = storeUnavailable()
const minute = 60_000
const zeroMs = Math.floor(Date.now() / (10 * minute)) * 10 * minute - 20 * minute
const nanos = (ms: number) => String(BigInt(zeroMs + ms) * 1_000_000n)
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

const settings = {
  ...defaultSettings,
  rollups: rollupDefinitions.parse([
    {
      name: 'http_errors',
      where: '{} | status >= 500',
      by: ['service', 'http.route'],
      windows: ['10s', '1m', '5m'],
    },
    { name: 'http_bytes', where: '{service="web"}', value: 'bytes' },
    { name: 'http_slowest', value: 'max took', windows: ['1m'] },
    { name: 'http_took', value: 'sum took', by: ['level'], windows: ['1m'] },
    { name: 'by_user', by: ['user'], windows: ['10s', '1m'], maxSeries: 2 },
  ]),
}

interface Series {
  labels: Record<string, string>
  values: (number | null)[]
}

describe.skipIf(reason !== undefined)(
  `rollups of the configuration${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 30_000 },
  () => {
    let scene: RowsScene
    beforeAll(async () => {
      scene = await startRowsScene()
    }, 30_000)
    afterAll(() => scene?.close())

    const insert = (
      lines: { ms: number; service?: string; body?: string; [key: string]: unknown }[],
      of = settings,
    ) =>
      scene.insert(
        'logs',
        {
          resourceLogs: lines.map(({ ms, service = 'web', body = 'x', ...rest }) => ({
            resource: { attributes: attributes({ 'service.name': service }) },
            scopeLogs: [
              {
                logRecords: [
                  {
                    timeUnixNano: nanos(ms),
                    severityNumber: 9,
                    body: { stringValue: body },
                    attributes: attributes(rest as Record<string, string>),
                  },
                ],
              },
            ],
          })),
        },
        of,
      )
    const ask = async (query: string, fromMs: number, toMs: number, step: string) => {
      const range = { start: String(zeroMs + fromMs), end: String(zeroMs + toMs) }
      const { body } = await scene.get('/api/metrics/query', { query, ...range, step })
      expect(body['detail']).toBeUndefined()
      return {
        series: body['series'] as Series[],
        rollup: (body['cost'] as { rollup: string | null }).rollup,
      }
    }
    const valuesOf = async (query: string, toMs: number) =>
      (await ask(query, toMs, toMs + 1, '1m')).series.map(({ labels, values }) => [labels, values[0]])

    it('count the lines of a condition by labels, exactly, late ones too', async () => {
      const error = { status: '500', 'http.route': '/cart' }
      await insert([
        { ms: 1_000, ...error },
        { ms: 59_999, ...error },
        { ms: 60_000, ...error },
        { ms: 61_000, ...error, 'http.route': '/pay' },
        { ms: 62_000, ...error, status: '404' },
        { ms: 63_000, ...error, service: 'api' },
      ])
      // late
      await insert([{ ms: 2_000, ...error }])
      const { series, rollup } = await ask('sum(increase(http_errors[1m]))', minute, 3 * minute, '1m')
      expect(series).toEqual([{ labels: {}, values: [3, 3, null] }])
      expect(rollup).toBe('custom_rollup_1m')
      expect(await valuesOf('increase(http_errors{http_route="/cart"}[5m])', 5 * minute)).toEqual(
        expect.arrayContaining([
          [{ service: 'web', http_route: '/cart' }, 4],
          [{ service: 'api', http_route: '/cart' }, 1],
        ]),
      )
      expect((await ask('increase(http_errors[5m])', 5 * minute, 5 * minute + 1, '5m')).rollup).toBe(
        'custom_rollup_5m',
      )
      expect((await ask('increase(http_errors[10s])', 10_000, 20_000, '10s')).rollup).toBe(
        'custom_rollup_10s',
      )
      // lines of the window that ends there; none where there are none
      const each = await ask('sum(http_errors)', minute, 3 * minute, '1m')
      expect(each.series[0]?.values).toEqual([3, 3, null])
    })

    it('keep bytes, sums and extremes of numbers', async () => {
      await insert([
        { ms: 5 * minute, body: 'äöü', took: '250ms', level: 'info' },
        { ms: 5 * minute + 1, body: 'abc', took: '2', service: 'api' },
        { ms: 5 * minute + 2, body: 'abc', took: 'no number' },
      ])
      const at = 6 * minute
      expect(await valuesOf('increase(http_bytes[1m])', at)).toEqual([[{}, 9]])
      expect(await valuesOf('max_over_time(http_slowest[1m])', at)).toEqual([[{}, 2]])
      expect(await valuesOf('increase(http_took[1m])', at)).toEqual([[{ level: 'info' }, 2.25]])
    })

    it('put what is too much into a series that shows it', async () => {
      await insert(['a', 'b', 'a', 'c', 'd', 'b'].map((user, i) => ({ ms: 8 * minute + i, user })))
      const users = Object.fromEntries(
        (await valuesOf('increase(by_user[1m])', 9 * minute)).map(([labels, n]) => [
          (labels as Record<string, string>)['user'],
          n,
        ]),
      )
      expect(users).toEqual({ a: 2, b: 2, __overflow__: 2 })
    })

    it('are among the names of metrics', async () => {
      const { body } = await scene.get('/api/metrics/names', {})
      expect(body['metrics']).toContainEqual({
        name: 'http_errors',
        type: 'counter',
        unit: '',
        description: 'a rollup of log lines',
        series: 3,
      })
    })

    it('begin anew with another definition, and never mix with what was counted before', async () => {
      const rollups = rollupDefinitions.parse([{ name: 'http_errors', where: '{} | status >= 400' }])
      await insert([{ ms: 70_000, status: '404' }], { ...settings, rollups })
      expect(await valuesOf('increase(http_errors[5m])', 5 * minute)).toEqual([[{}, 1]])
    })
  },
)
