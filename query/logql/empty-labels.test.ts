import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { MetricsScene } from './testing/metrics-scene.ts'

const reason = storeUnavailable()

describe.skipIf(reason !== undefined)(
  `labels without a value in metrics${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let scene: MetricsScene
    beforeAll(async () => {
      scene = await MetricsScene.start()
      await scene.put(['one two', 'three', 'two one'].map(body => ({ body })))
    }, 120_000)
    afterAll(async () => await scene?.close())

    it.each([
      ['count_over_time({service="web"} | logfmt --keep-empty [5m])', { 'one two': 2, three: 1 }],
      ['count_over_time({service="web"} | logfmt --keep-empty [5m]) * 2', { 'one two': 4, three: 2 }],
      ['count_over_time({service="web"} | logfmt [5m])', { '': 3 }],
    ])('tell series apart, as in Loki: %s', async (query, expected) => {
      const emptyIn = (labels: Record<string, string>) =>
        Object.keys(labels)
          .filter(name => labels[name] === '')
          .sort()
          .join(' ')
      const found = (await scene.ask(query)).map(({ labels, values }) => [emptyIn({ ...labels }), values[0]])
      expect(Object.fromEntries(found)).toEqual(expected)
    })
  },
)
