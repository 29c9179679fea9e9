import { LabelName, type LogQuery, labelsIn } from '../lib/logql/index.ts'
import { type KnownShapes, LineShapes, nothingKnown, shapeId, unhinted } from './line-shapes.ts'
import { toSql } from './logql-sql.ts'
import { rangeParams, timeRange } from './range.ts'
import type { Part } from './seen-parts.ts'
import { maxShapes, type SeenShapes, type ShapeRow } from './seen-shapes.ts'
import type { SqlParams, StoreReader } from './store-reader.ts'

/** So many rows are put together sooner than the values of all rows are read. */
const fewRows = 100_000
/** New parts that are looked through as a whole, so that they need not be looked at again. */
const maxNewParts = 100
const maxNewRows = 50_000_000

interface Asked {
  tenant: string
  startNs: bigint
  endNs: bigint
}

/**
 * What is known of the lines that a query looks at, where that helps: of which shapes they are, for one that looks into lines or
 * at an attribute whose key is written otherwise than its name may be, and whether indexes leave few of them. `names` are those
 * that are asked about beside it; a page ends after few lines, whatever indexes leave.
 */
export async function shapesFor(
  reader: StoreReader,
  search: Asked & { query: LogQuery },
  signal: AbortSignal,
  { names = [], isPage = false }: { names?: readonly string[]; isPage?: boolean } = {},
): Promise<KnownShapes | undefined> {
  const { stages } = search.query
  const isOfLabels = stages.every(({ kind }) => kind === 'label')
  // a page of words is had as soon as the indexes are asked
  const isSoonFull = isPage && stages.every(({ kind }) => kind === 'label' || kind === 'words')
  const isOfKeys = isOfLabels && ![...labelsOf(search.query), ...names].some(mayBeWrittenOtherwise)
  const [rows, isIndexed] = await Promise.all([
    isOfKeys ? undefined : readShapes(reader, search, signal),
    isSoonFull || leavesFew(reader, search, signal),
  ])
  if (rows !== undefined) return new LineShapes(rows, isIndexed)
  return isOfLabels && !isIndexed ? unhinted : undefined
}

function mayBeWrittenOtherwise(label: string): boolean {
  const name = new LabelName(label)
  return name.column === undefined && name.isSanitized
}

function labelsOf({ matchers, stages }: LogQuery): string[] {
  const inStages = stages.flatMap(stage => (stage.kind === 'label' ? labelsIn(stage.expression) : []))
  return [...matchers.map(({ label }) => label), ...inStages]
}

/**
 * It is asked of the indexes, which costs as much as a rare word does, and remembered for a while: views ask often. True where they
 * are not asked for anything.
 */
async function leavesFew(
  reader: StoreReader,
  search: Asked & { query: LogQuery },
  signal: AbortSignal,
): Promise<boolean> {
  const { sql, params, isHinted } = toSql(search.query, nothingKnown)
  if (!isHinted && search.query.stages.every(({ kind }) => kind === 'label')) return true
  const hourNs = 3_600_000_000_000n
  const key = JSON.stringify([
    sql,
    params,
    search.tenant,
    ...[search.startNs, search.endNs].map(ns => String(ns / hourNs)),
  ])
  const known = reader.fewRows.get(key)
  if (known !== undefined) return known
  const estimate = `EXPLAIN ESTIMATE SELECT 1 FROM otel_logs WHERE ${timeRange} AND ${sql}`
  const { rows } = await reader.preparation.rows<{ rows: number }>(
    estimate,
    { ...params, ...rangeParams(search) },
    signal,
  )
  const isFew = rows.reduce((sum, part) => sum + Number(part.rows), 0) < fewRows
  reader.fewRows.set(key, isFew)
  return isFew
}

/**
 * All shapes of a range, and others that are known already. Undefined where there are too many. Parts that were looked at
 * before have no new ones; of others only granules with shapes not known are read, which the index over shapes tells.
 */
export async function readShapes(
  reader: StoreReader,
  range: Asked,
  signal: AbortSignal,
): Promise<readonly ShapeRow[] | undefined> {
  const seen = reader.seenShapes(range.tenant)
  if (seen.areTooMany) return undefined
  const parts = await partsOf(reader, range, signal)
  const unseen = parts.filter(part => !seen.parts.has(part))
  if (parts.length > 0 && unseen.length === 0) return seen.usable
  const isDone = await lookThrough(reader, range.tenant, seen, unseen, signal)
  if (!isDone) await lookAt(reader, range, seen, signal)
  return seen.usable
}

async function lookAt(
  reader: StoreReader,
  range: Asked,
  seen: SeenShapes,
  signal: AbortSignal,
): Promise<void> {
  const others = seen.rows.length
  await look(reader, seen, timeRange, rangeParams(range), signal)
  if (!seen.areTooMany || others === 0) return
  // with those of other ranges they are too many
  seen.forget()
  await look(reader, seen, timeRange, rangeParams(range), signal)
}

/** Looks at all rows of parts, so that they are seen. False where they are too many, or were merged meanwhile. */
async function lookThrough(
  reader: StoreReader,
  tenant: string,
  seen: SeenShapes,
  unseen: readonly Part[],
  signal: AbortSignal,
): Promise<boolean> {
  const rows = unseen.reduce((sum, part) => sum + part.rows, 0)
  // as long as no shape is known, the index over them tells nothing
  if (unseen.length === 0 || unseen.length > maxNewParts || rows > maxNewRows || seen.rows.length === 0)
    return false
  const names = unseen.map(({ name }) => name)
  const where = 'Tenant = {tenant:String} AND _part IN {parts:Array(String)}'
  await look(reader, seen, where, { tenant, parts: names }, signal)
  const sql = `SELECT toUInt32(count()) AS n FROM system.parts
    WHERE active AND database = currentDatabase() AND table = 'otel_logs' AND name IN {parts:Array(String)}`
  const answer = await reader.preparation.rows<{ n: number }>(sql, { parts: names }, signal)
  const isWhole = answer.rows[0]?.n === names.length
  if (isWhole) for (const part of unseen) seen.parts.add(part)
  return isWhole
}

/** Adds the shapes that are not known yet. */
async function look(
  reader: StoreReader,
  seen: SeenShapes,
  where: string,
  params: SqlParams,
  signal: AbortSignal,
): Promise<void> {
  const ids = seen.rows.map(({ id }) => id)
  const isNew = ids.length === 0 ? '1' : `${shapeId} NOT IN (${ids.join(', ')})`
  const sql = `SELECT LineShape AS shape, toString(${shapeId}) AS id
    FROM (SELECT DISTINCT LineShape FROM otel_logs WHERE ${where} AND ${isNew} LIMIT ${maxShapes + 1})`
  const { rows } = await reader.preparation.rows<ShapeRow>(sql, params, signal)
  seen.add(rows)
}

/**
 * Those that rows of the range may be in: a partition has a day, and beside its id stands its table's, so that a table that
 * was made anew has others. None where the table is spread over a cluster.
 */
async function partsOf(reader: StoreReader, { startNs, endNs }: Asked, signal: AbortSignal): Promise<Part[]> {
  const sql = `SELECT name, concat(partition_id, ' ', splitByChar('/', path)[-3]) AS partition, toUInt32(min_block_number) AS from, toUInt32(max_block_number) AS to,
      toUInt32(rows) AS rows
    FROM system.parts WHERE active AND database = currentDatabase() AND table = 'otel_logs'
      AND substring(partition_id, 1, 8) >= {first:String} AND substring(partition_id, 1, 8) <= {last:String}`
  const params = { first: dayOf(startNs), last: dayOf(endNs) }
  return (await reader.preparation.rows<Part>(sql, params, signal)).rows
}

/** As the table's partitions are named: days from 1970-01-01 to 2149-06-06, the first and the last for all times beyond. */
function dayOf(ns: bigint): string {
  const days = Math.min(Math.max(0, Number(ns / 86_400_000_000_000n)), 0xffff)
  return new Date(days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
}
