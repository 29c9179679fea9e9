import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { MetricsScene } from './testing/metrics-scene.ts'

const reason = storeUnavailable()

describe.skipIf(reason !== undefined)(
  `errors of lines in metrics${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let scene: MetricsScene
    beforeAll(async () => {
      scene = await MetricsScene.start()
      await scene.put(['{"n":"1"}', 'no json', '{"n":"x"}'].map(body => ({ body })))
    }, 120_000)
    afterAll(async () => await scene?.close())

    const ask = async (query: string) => (await scene.ask(query)).flatMap(({ values }) => [...values])

    it.each([
      ['sum by (service) (count_over_time({service="web"} | json | __error__ != "x" [5m]))', [3]],
      ['sum by (service) (count_over_time({service="web"} | json | __error__ = "" [5m]))', [2]],
      ['sum(sum_over_time({service="web"} | json | unwrap n | __error__ = "" [5m]))', [1]],
    ])('of parsers are known to a query that names them: %s', async (query, expected) => {
      expect(await ask(query)).toEqual(expected)
    })

    it.each([
      'sum by (service) (count_over_time({service="web"} | json | service > 5 | __error__ != "x" [5m]))',
      'sum by (service) (sum_over_time({service="web"} | json | __error__ != "x" | unwrap n [5m]))',
    ])('of filters and values fail it all the same: %s', async query => {
      await expect(ask(query)).rejects.toThrow('pipeline error')
    })
  },
)
