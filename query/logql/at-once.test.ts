import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { msOf } from './samples.ts'
import { MetricsScene } from './testing/metrics-scene.ts'

const reason = storeUnavailable()

describe.skipIf(reason !== undefined)(
  `lines of one moment${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let scene: MetricsScene
    beforeAll(async () => {
      scene = await MetricsScene.start()
      // the last of the topic lands first, as when parts come in any order
      for (const offset of [40, 20, 30, 10])
        await scene.put(
          [0, 1, 2].map(i => ({ body: 'once', attributes: { took: String(offset + i) } })),
          offset,
        )
    }, 60_000)
    afterAll(async () => await scene?.close())

    it.each([
      ['first_over_time', '', 10],
      ['last_over_time', '', 42],
      ['first_over_time', '| took > 20', 21],
      ['first_over_time', '| line_format "{{.took}}"', 10],
      ['last_over_time', '| line_format "{{.took}}"', 42],
      ['first_over_time', '| line_format "{{.took}}" | took > 20', 21],
    ])('stand in the order of the topic: %s %s', async (operation, stages, expected) => {
      const query = `${operation}({service="web"} ${stages} | unwrap took [5m]) by (service)`
      expect((await scene.ask(query)).map(({ values }) => [...values])).toEqual([[expected]])
    })
  },
)

describe('a moment in milliseconds', () => {
  it('is after a whole one where only nanoseconds tell', () => {
    expect(msOf('1763862000123000000')).toBe(1763862000123)
    expect(msOf('1763862000123000001')).toBeGreaterThan(1763862000123)
    expect(msOf('1763862000123000001')).toBeLessThan(1763862000123.001)
    expect(msOf('1763862000123999999')).toBeLessThanOrEqual(1763862000124)
  })
})
