import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LogLine } from '../../../../query/index.ts'
import { noLines, withFresh, withGap } from './lines.ts'

function line(ms: number): LogLine {
  const source = { topic: 't', partition: 0, offset: String(ms), index: 0 }
  const empty = {
    body: '',
    message: '',
    level: '',
    severity: '',
    service: '',
    host: '',
    traceId: '',
    spanId: '',
  }
  return { id: `${ms}-0-${ms}-0`, timestamp: String(ms), source, resource: {}, attributes: {}, ...empty }
}

describe('lines that come live', () => {
  it('stand in the order of time, each once, however they come', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 60 }))), batches => {
        const { lines } = batches.reduce((all, batch) => withFresh(all, batch.map(line)), noLines)
        const expected = [...new Set(batches.flat())].sort((a, b) => b - a).map(String)
        expect(lines.map(({ timestamp }) => timestamp)).toEqual(expected)
      }),
    )
  })

  it('say where some are missing', () => {
    const gapped = withFresh(withGap(withFresh(noLines, [line(1), line(2)]), 7), [line(3)])
    expect([...gapped.gaps]).toEqual([['2-0-2-0', 7]])
  })
})
