import type { ClickHouseClient } from '@clickhouse/client'
import { OperatingError } from '../../lib/base/index.ts'
import type { Fetcher, KafkaClient } from '../../lib/kafka/client/index.ts'
import { WireError } from '../../lib/otlp/index.ts'
import { insertNative, tables } from '../../store/index.ts'
import type { Config } from '../config.ts'
import { insertToken } from '../group/plan.ts'
import { push, pushRollups, type TableBlock } from '../range/blocks.ts'
import { type CountedRange, rangeColumns, rollupBlocks } from '../rollups/columns.ts'
import { countRequest, RollupCounter } from '../rollups/counter.ts'
import { definitionId, type RollupDefinition } from '../rollups/definition.ts'
import { RecordPosition } from '../rows/position.ts'
import { DeletedLines } from './deleted-lines.ts'
import { gapsOf, type Offsets, piecesOf } from './gaps.ts'
import { mergeRanges } from './merge-ranges.ts'
import { readRange } from './read-range.ts'

/** Records per block: some ten thousand lines. */
const pieceOffsets = 2000

export interface BackfillOptions {
  config: Config
  kafka: KafkaClient
  store: ClickHouseClient
  rollup: string
  /** Records that came in before stay uncounted. */
  sinceMs: number
  progress?(done: number, of: number): void
}

export interface BackfillResult {
  /** Offsets that were counted now. */
  counted: number
  /** Of their lines those that the rollup is about. */
  lines: number
}

/** A partition up to where the aggregator has come. */
interface Partition extends Offsets {
  topic: string
  topicId: string
  partition: number
}

/**
 * Counts what is in the logs topic and was not counted by a rollup yet, since it was defined later: once, however often
 * it runs. A piece is written down as planned, then counted, then written down as done; what was planned before is done
 * first, exactly as planned, with the same tokens. Lines that were deleted are left out. Beyond what the aggregator has committed it counts nothing.
 * Errors: ROLLUP_UNKNOWN, TOPIC_UNREADABLE; those of client and store.
 */
export async function backfill(options: BackfillOptions): Promise<BackfillResult> {
  const { config, kafka } = options
  const definition = expectRollup(config, options.rollup)
  const partitions = await partitionsOf(options)
  const work = (
    await Promise.all(
      partitions.map(async at => (await piecesFor(options, definition, at)).map(piece => ({ at, piece }))),
    )
  ).flat()
  const fetcher = kafka.openFetcher()
  const result = { counted: 0, lines: 0 }
  try {
    for (const [i, { at, piece }] of work.entries()) {
      result.lines += await countPiece(options, definition, fetcher, { ...at, ...piece })
      result.counted += piece.to - piece.from
      options.progress?.(i + 1, work.length)
    }
  } finally {
    await fetcher.close()
  }
  await mergeRanges(options.store, config, definition)
  return result
}

/** The rollup of this name. Errors: ROLLUP_UNKNOWN. */
export function expectRollup({ rollups }: Pick<Config, 'rollups'>, rollup: string): RollupDefinition {
  const definition = rollups.find(({ name }) => name === rollup)
  if (definition !== undefined) return definition
  const known = rollups.map(({ name }) => name).join(', ')
  throw new OperatingError(
    'ROLLUP_UNKNOWN',
    `the configuration defines no rollup ${rollup}: rollups has ${known === '' ? 'none' : known}`,
  )
}

async function partitionsOf({ config, kafka, sinceMs }: BackfillOptions): Promise<Partition[]> {
  const topic = config.kafka.topics.logs
  const metadata = (await kafka.metadata([topic])).get(topic)
  if (metadata === undefined) return []
  const numbers = metadata.leaders.map((_, partition) => partition)
  const committed = await kafka.committed(config.aggregator.group, { [topic]: numbers })
  const all = committed.map(async ({ partition, offset }) => ({
    topic,
    topicId: metadata.topicId,
    partition,
    from: await kafka.listOffset(topic, partition, sinceMs),
    to: offset,
  }))
  // -1 where no record is as young, or nothing was committed
  return (await Promise.all(all)).filter(({ from, to }) => from >= 0 && from < to)
}

/** Planned pieces first, as they were planned; then the gaps. */
async function piecesFor(
  { config, store }: BackfillOptions,
  definition: RollupDefinition,
  { topic, topicId, partition, from, to }: Partition,
): Promise<Offsets[]> {
  const result = await store.query({
    query: `SELECT FromOffset AS from, max(ToOffset) AS to, max(IsDone) AS done FROM ${tables.customRollupRanges}
      WHERE Tenant = {tenant:String} AND RollupName = {name:String} AND Definition = {definition:UInt64}
        AND Topic = {topic:String} AND TopicId = {topicId:String} AND TopicPartition = {partition:UInt32}
      GROUP BY FromOffset ORDER BY FromOffset`,
    query_params: {
      tenant: config.tenant,
      name: definition.name,
      definition: String(definitionId(definition).readBigUInt64LE()),
      topic,
      topicId,
      partition,
    },
    format: 'JSONEachRow',
  })
  const known = (await result.json<{ from: string; to: string; done: number }>()).map(row => ({
    from: Number(row.from),
    to: Number(row.to),
    isDone: Number(row.done) === 1,
  }))
  const planned = known.filter(range => !range.isDone)
  return [...planned, ...gapsOf({ from, to }, known).flatMap(gap => piecesOf(gap, pieceOffsets))]
}

/** Answers how many lines were counted. */
async function countPiece(
  { config, store }: BackfillOptions,
  definition: RollupDefinition,
  fetcher: Fetcher,
  piece: Partition,
): Promise<number> {
  const { topic, topicId, partition, from, to } = piece
  const { tenant } = config
  const blocks: TableBlock[] = []
  const token = (table: string) =>
    `backfill/${definitionId(definition).toString('hex')}/${insertToken(topic, topicId, partition, from, to, table)}`
  const note = async (range: Omit<CountedRange, keyof Partition>) => {
    const noted: TableBlock[] = []
    push(noted, tables.customRollupRanges, rangeColumns([definition], tenant, { ...piece, ...range }))
    for (const { table, pieces } of noted)
      await insertNative(store, table, pieces, `${token(table)}/${range.isDone}`)
  }
  await note({ isDone: false, newestMs: 0 })
  const counter = new RollupCounter(definition)
  const deleted = await DeletedLines.read(store, piece)
  let newestMs = 0
  let day = 0
  for await (const { record, offset, timestampMs } of readRange(fetcher, topic, partition, piece)) {
    const position = new RecordPosition(topic, partition, offset, timestampMs, '')
    if (!countRecord(counter, record?.value, position, index => deleted.has(offset, index))) continue
    newestMs = Math.max(newestMs, position.timestampMs)
    day = Math.max(day, position.day)
  }
  pushRollups(blocks, rollupBlocks([counter], tenant, day))
  for (const { table, pieces } of blocks) await insertNative(store, table, pieces, token(table))
  await note({ isDone: true, newestMs })
  return counter.lines
}

/** False for a record that cannot be read: the aggregator has noted it when it met it. */
function countRecord(
  counter: RollupCounter,
  value: Buffer | null | undefined,
  position: RecordPosition,
  isLeftOut: (index: number) => boolean,
): boolean {
  if (value === undefined || value === null) return false
  try {
    countRequest([counter], value, position, isLeftOut)
    return true
  } catch (error) {
    if (error instanceof WireError) return false
    throw error
  }
}
