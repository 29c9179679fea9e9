import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { OperatingError, systemClock } from '../../lib/base/index.ts'
import { nanosOfMs, writeLogsRequest } from '../../lib/otlp/index.ts'
import { LaneFollower } from '../outputs/lane-follower.ts'
import type { OutputRecord } from '../outputs/output.ts'
import { itemsOf, readSpool } from '../testing/read-spool.ts'
import { type TestSpool, withSpool } from '../testing/spool.ts'
import { inTemporaryFolder, until } from '../testing/temporary-folder.ts'
import { dropOldestSegment } from './drop-oldest.ts'

const count = 12

/** More than fits into two segments, none of which compresses. */
async function fill({ intake }: TestSpool): Promise<void> {
  const time = nanosOfMs(1_700_000_000_000)
  for (let i = 0; i < count; i++) {
    const body = `${i} ${randomBytes(60_000).toString('base64')}`
    const record = { time, observed: time, severityNumber: 9, severityText: '', body, attributes: {} }
    const value = writeLogsRequest({ resource: { 'service.name': 'shop' }, scope: 's' }, [record])
    await intake.take([{ signal: 'logs', value, lines: 1 }])
  }
}

const numbersOf = (values: readonly Buffer[]): number[] =>
  values.flatMap(value => itemsOf('logs', value).map(({ body }) => Number(body.split(' ')[0])))

test('an output that lags goes on behind what was dropped, and what stands in the topics is not said to be gone', async () => {
  await inTemporaryFolder(async agentFolder => {
    await withSpool(async spooled => {
      const lane = spooled.spool.lane('logs')
      // all of it stands in the topics already
      const ledger = { ackedOffset: count, wake: () => undefined, hold: () => () => undefined }
      lane.attachLedger(ledger)
      const sent: OutputRecord[] = []
      let isUp = false
      const output = {
        send: (records: readonly OutputRecord[]) => {
          if (!isUp) return Promise.reject(new OperatingError('OUTPUT_DOWN', 'it is away'))
          sent.push(...records)
          return Promise.resolve()
        },
        close: () => Promise.resolve(),
      }
      const follower = new LaneFollower({
        lane,
        output,
        name: 'loki',
        agentFolder,
        clock: systemClock,
        logger: spooled.logger,
        random: () => 0,
      })
      await follower.open()
      lane.attach(follower)
      follower.start()
      await fill(spooled)
      expect(follower.ackedOffset).toBe(0)
      expect(await dropOldestSegment(lane)).toBe(0)
      const { startOffset } = lane.log
      expect(startOffset).toBeGreaterThan(0)
      isUp = true
      await until('the rest', () => follower.ackedOffset === count)
      expect(numbersOf(sent.map(({ value }) => value))).toEqual(
        Array.from({ length: count - startOffset }, (_, i) => startOffset + i),
      )
      expect(spooled.entries.map(({ message }) => message)).toContain(
        'an output missed what a full spool dropped',
      )
      const entries = (await readSpool(lane.log)).map(({ entry }) => entry)
      expect(entries.filter(({ dropped }) => 'spool-full' in dropped)).toEqual([])
      await follower.close(100)
    }, 1_048_576)
  })
})

test('what goes of a file before it was shipped is a gap of its bytes in the ledger', async () => {
  await withSpool(async spooled => {
    const lane = spooled.spool.lane('logs')
    const ledger = { ackedOffset: 0, wake: () => undefined, hold: () => () => undefined }
    lane.attachLedger(ledger)
    const range = { agent: 'a', source: '/a.log', generation: 'g', dropped: {}, services: [] }
    for (let i = 0; i < count; i++) {
      const gaps = [{ row: 1, bytes: 10, reason: 'cut', isChange: false }]
      const entry = { ...range, from: i * 100, to: i * 100 + 100, lines: 3, crc32c: 7, gaps }
      await lane.append({ value: randomBytes(60_000), entry })
    }
    const lines = (await dropOldestSegment(lane)) ?? 0
    const gone = lane.log.startOffset
    expect(lines).toBe(gone * 3)
    await until('it is said', () => lane.queuedBytes === 0 && lane.durableOffset > count)
    expect((await readSpool(lane.log)).at(-1)?.entry).toEqual({
      ...range,
      from: 0,
      to: gone * 100,
      lines: 0,
      dropped: { 'spool-full': lines },
      crc32c: 0,
      gaps: [{ row: 0, bytes: gone * 100, reason: 'spool-full', isChange: false }],
    })
  }, 1_048_576)
})
