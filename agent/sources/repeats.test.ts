import { describe, expect, it } from 'vitest'
import { FakeClock, memoryLogger } from '../../lib/base/index.ts'
import type { Spool } from '../spool/spool.ts'
import { readSpool } from '../testing/read-spool.ts'
import { withSpool } from '../testing/spool.ts'
import { Positions } from './file/positions.ts'
import { Repeats, requestKey } from './repeats.ts'

const request = { signal: 'logs', value: Buffer.from('an export request'), lines: 1 } as const
const spooledRecords = async ({ lanes }: Spool) =>
  (await Promise.all(lanes.map(lane => readSpool(lane.log)))).flat().length
const key = requestKey('logs', request.value)

describe('a request that comes again', () => {
  it('is taken once while it is being taken, and until its sender was told', async () => {
    await withSpool(async ({ spool, intake }) => {
      await Promise.all([intake.take([request, request], key), intake.take([request, request], key)])
      await intake.take([request, request], key)
      expect(await spooledRecords(spool)).toBe(2)
      intake.answered(key)
      await intake.take([request, request], key)
      expect(await spooledRecords(spool)).toBe(4)
      await intake.take([request])
      expect(await spooledRecords(spool)).toBe(5)
    })
  })

  it('is known after a crash by what the spool says of it', async () => {
    await withSpool(async ({ spool, intake, folder }) => {
      await intake.take([request], key)
      const positions = await Positions.load(folder, spool.lanes, memoryLogger().logger)
      expect(positions.requests).toEqual([`${key}/0`])
    })
  })
})

describe('what is kept of requests', () => {
  it('is forgotten after a quarter of an hour, when it was told, and where it was not taken', async () => {
    const clock = new FakeClock()
    const repeats = new Repeats(clock, ['old'])
    expect(repeats.find('old')).toBeDefined()
    clock.advance(800_000)
    repeats.note('new', Promise.resolve())
    clock.advance(200_000)
    expect(repeats.find('old')).toBeUndefined()
    expect(repeats.find('new')).toBeDefined()
    repeats.forget('new')
    expect(repeats.find('new')).toBeUndefined()
    const failing = Promise.reject(new Error('the disk'))
    repeats.note('failed', failing)
    await failing.catch(() => undefined)
    expect(repeats.find('failed')).toBeUndefined()
  })
})
