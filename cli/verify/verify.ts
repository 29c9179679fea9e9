import type { ClickHouseClient } from '@clickhouse/client'
import { OperatingError } from '../../lib/base/index.ts'
import type { Fetcher, KafkaClient } from '../../lib/kafka/client/index.ts'
import { BatchCursor, errorName, type KafkaRecord, readRecords } from '../../lib/kafka/index.ts'
import { type LedgerEntry, readLedgerHeaders } from '../../lib/ledger/index.ts'
import type { Config } from '../config.ts'
import { LedgerCheck } from './ledger.ts'
import { addPending } from './pending.ts'
import { nothingVerified } from './report.ts'
import { expectStore, rowsByOffset } from './rows.ts'

export interface VerifyOptions {
  config: Config
  kafka: KafkaClient
  store: ClickHouseClient
  /** Only this agent's records. */
  agent: string | undefined
  progress: (doneRecords: number, ofRecords: number) => void
}

interface Entry {
  offset: number
  timestampMs: number
  entry: LedgerEntry
}

interface Chunk {
  entries: Entry[]
  /** Records that no agent sent. */
  foreign: number
  nextOffset: number
}

interface Walk {
  options: VerifyOptions
  fetcher: Fetcher
  check: LedgerCheck
  partition: number
}

interface Range {
  from: number
  to: number
}

const fetchBytes = 4_194_304
const fetchWaitMs = 1_000

/**
 * Holds the ledger in the logs topic against the rows in the store: every byte range there once, and for every record
 * that the aggregator has committed as many rows as it has lines. What it has not committed is counted as pending.
 * Errors: NOT_FOUND where there is no topic yet, NOTHING_TO_VERIFY where no record was held against the store,
 * VERIFY_FAILED where it could not look.
 */
export async function verify(options: VerifyOptions): Promise<LedgerCheck> {
  const { config, kafka, agent } = options
  const topic = config.kafka.topics.logs
  await expectStore(options)
  const found = (await kafka.metadata([topic])).get(topic)
  if (found === undefined)
    throw new OperatingError('NOT_FOUND', `there is no topic ${topic} yet: nothing was sent`)
  const partitions = [...found.leaders.keys()]
  const committed = await kafka.committed(config.aggregator.group, { [topic]: partitions })
  const check = new LedgerCheck()
  const fetcher = kafka.openFetcher()
  try {
    for (const { partition, offset } of committed)
      await verifyPartition({ options, fetcher, check, partition }, Math.max(0, offset))
  } finally {
    await fetcher.close()
  }
  const nothing = nothingVerified(check, topic, agent)
  if (nothing !== undefined) throw new OperatingError('NOTHING_TO_VERIFY', nothing)
  return check
}

async function verifyPartition(walk: Walk, committed: number): Promise<void> {
  const { options, check, partition } = walk
  const topic = options.config.kafka.topics.logs
  const start = await options.kafka.listOffset(topic, partition, 'earliest')
  const end = Math.max(committed, await options.kafka.listOffset(topic, partition, 'latest'))
  const progress = (next: number) => options.progress(next - start, end - start)
  await walkRange(walk, { from: start, to: committed }, async (entries, range) => {
    for (const { entry } of entries) check.add(entry, start === 0)
    await compareRows(walk, entries, range)
    progress(range.to)
  })
  await walkRange(walk, { from: Math.max(start, committed), to: end }, async (entries, range) => {
    for (const { entry, timestampMs } of entries) addPending(check.pending, entry.lines, timestampMs)
    progress(range.to)
    await Promise.resolve()
  })
}

/** Hands the chosen agent's entries of a range on, fetch by fetch, in order. */
async function walkRange(
  { options, fetcher, check, partition }: Walk,
  { from, to }: Range,
  take: (entries: Entry[], range: Range) => Promise<void>,
): Promise<void> {
  const { config, agent } = options
  const name = `${config.kafka.topics.logs}-${partition}`
  for (let next = from; next < to; ) {
    const request = { topic: config.kafka.topics.logs, partition, offset: next, maxBytes: fetchBytes }
    const [result] = await fetcher.fetch([request], { maxWaitMs: fetchWaitMs })
    if (result === undefined || result.errorCode !== 0)
      throw new OperatingError('VERIFY_FAILED', `cannot read ${name}: ${errorName(result?.errorCode ?? -1)}`)
    const { entries, foreign, nextOffset } = readChunk(result.records, next, to)
    if (nextOffset === next) throw new OperatingError('VERIFY_FAILED', `${name} ends before offset ${to}`)
    if (agent === undefined) check.foreignRecords += foreign
    const chosen = entries.filter(({ entry }) => agent === undefined || entry.agent === agent)
    await take(chosen, { from: next, to: nextOffset })
    next = nextOffset
  }
}

function readChunk(records: Buffer, from: number, end: number): Chunk {
  const entries: Entry[] = []
  let nextOffset = from
  let foreign = 0
  const cursor = new BatchCursor(records)
  while (cursor.next() && cursor.baseOffset < end) {
    for (const record of readRecords(cursor)) {
      const { offset, timestampMs } = record
      if (offset < from || offset >= end) continue
      const entry = entryOf(record)
      if (entry !== undefined) entries.push({ offset, timestampMs, entry })
      else if (!cursor.isControl) foreign++
    }
    nextOffset = Math.min(end, cursor.nextOffset)
  }
  return { entries, foreign, nextOffset }
}

function entryOf(record: KafkaRecord): LedgerEntry | undefined {
  return readLedgerHeaders(
    record.headers.map(({ key, value }) => ({ key, value: value?.toString('utf8') ?? '' })),
  )
}

async function compareRows({ options, check, partition }: Walk, entries: Entry[], range: Range) {
  if (entries.length === 0) return
  const rows = await rowsByOffset(options, partition, range)
  for (const { offset, entry } of entries) {
    const present = rows.get(offset) ?? 0
    if (present !== entry.lines) check.wrongCount(entry, `partition ${partition}, offset ${offset}`, present)
  }
}
