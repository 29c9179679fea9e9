import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MostLag } from './most-lag.ts'

test('of any number of sources those that have the most are named, and all are counted', () => {
  const lags = fc.array(fc.nat(30), { maxLength: 60 })
  fc.assert(
    fc.property(lags, fc.integer({ min: 1, max: 8 }), (bytes, most) => {
      const found = new MostLag(most)
      for (const [i, lagBytes] of bytes.entries()) found.add(`/l/${i}`, lagBytes)
      const lag = found.take()
      expect(lag.bytes).toBe(bytes.reduce((sum, each) => sum + each, 0))
      const expected = bytes.toSorted((a, b) => b - a).slice(0, most)
      expect(lag.most.map(({ lagBytes }) => lagBytes)).toEqual(expected)
      for (const { source, lagBytes } of lag.most) expect(bytes[Number(source.slice(3))]).toBe(lagBytes)
    }),
  )
})
