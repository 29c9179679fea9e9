import { describe, expect, it } from 'vitest'
import type { StatusAnswer } from '../../../query/index.ts'
import { firstReading } from './first-reading.ts'

const agent: StatusAnswer['agents'][number] = {
  agent: 'web-1',
  host: 'web-1',
  version: '1',
  configDigest: '',
  sources: [],
  lagBytes: 1_500_000_000,
  spoolBytes: 0,
  dropped: {},
  missing: false,
  stopped: false,
  lastSeen: '0',
  started: '0',
  watermark: '0',
}

describe('what agents that claim nothing yet do', () => {
  it('is reading what was there before', () => {
    expect(firstReading([agent])).toEqual({
      short: 'first reading: 1.5 GB left',
      long: 'The agent on web-1 still reads and sends what was there before: 1.5 GB left',
    })
    expect(firstReading([agent, { ...agent, host: 'web-2' }])?.long).toBe(
      '2 agents still read and send what was there before: 3 GB left',
    )
    expect(firstReading([{ ...agent, lagBytes: 0 }])?.short).toBe('agents begin to ship')
  })

  it('is not known of those that are gone', () => {
    expect(firstReading([])).toBeUndefined()
    expect(
      firstReading([
        { ...agent, stopped: true },
        { ...agent, missing: true },
      ]),
    ).toBeUndefined()
  })
})
