import { LabelName, type LogQuery } from '../lib/logql/index.ts'
import { equalities } from './equalities.ts'
import { LineShapes, nothingKnown, shapeId } from './line-shapes.ts'
import { toSql } from './logql-sql.ts'
import { rangeParams, timeRange } from './range.ts'
import type { ShapeRow, StoreReader } from './store-reader.ts'

/** Telling what more shapes may hold costs as much as putting each line together does. */
const maxShapes = 256
/** So many rows are put together sooner than the values of all rows are read. */
const fewRows = 100_000

/** How an answer of the engine shows bytes that are no UTF-8. */
const notUtf8 = '\ufffd'

/**
 * For a query that looks at lines, or at an attribute whose key is written otherwise than its name may be. Undefined for
 * others, and where there are too many shapes.
 */
export async function shapesFor(
  reader: StoreReader,
  search: { query: LogQuery; tenant: string; startNs: bigint; endNs: bigint },
  signal: AbortSignal,
): Promise<LineShapes | undefined> {
  const isOfLabels = search.query.stages.every(stage => stage.kind === 'label')
  if (isOfLabels && !equalities(search.query).some(([label]) => new LabelName(label).isSanitized))
    return undefined
  const [rows, isIndexed] = await Promise.all([
    readShapes(reader, search, signal),
    // words are looked for in whole lines anyway
    search.query.stages.some(stage => stage.kind === 'line') && leavesFew(reader, search, signal),
  ])
  return rows === undefined ? undefined : new LineShapes(rows, isIndexed)
}

async function leavesFew(
  reader: StoreReader,
  search: { query: LogQuery; tenant: string; startNs: bigint; endNs: bigint },
  signal: AbortSignal,
): Promise<boolean> {
  const { sql, params } = toSql(search.query, nothingKnown)
  const estimate = `EXPLAIN ESTIMATE SELECT 1 FROM otel_logs WHERE ${timeRange} AND ${sql}`
  const { rows } = await reader.preparation.rows<{ rows: number }>(
    estimate,
    { ...params, ...rangeParams(search) },
    signal,
  )
  return rows.reduce((sum, part) => sum + Number(part.rows), 0) < fewRows
}

/**
 * All shapes of a range, and others that are known already. Undefined where there are too many. Only granules with shapes
 * not known are read: the index over shapes tells which.
 */
export async function readShapes(
  reader: StoreReader,
  range: { tenant: string; startNs: bigint; endNs: bigint },
  signal: AbortSignal,
): Promise<readonly ShapeRow[] | undefined> {
  const known = reader.shapes.get(range.tenant) ?? []
  if (known.length > maxShapes) return undefined
  const isNew = known.length === 0 ? '1' : `${shapeId} NOT IN (${known.map(({ id }) => id).join(', ')})`
  const sql = `SELECT LineShape AS shape, toString(${shapeId}) AS id
    FROM (SELECT DISTINCT LineShape FROM otel_logs WHERE ${timeRange} AND ${isNew} LIMIT ${maxShapes + 1})`
  const { rows } = await reader.preparation.rows<ShapeRow>(sql, rangeParams(range), signal)
  if (rows.some(({ shape }) => shape.includes(notUtf8))) return undefined
  const all = [...known, ...rows]
  if (all.length > maxShapes && known.length > 0) {
    // with those of other ranges they are too many
    reader.shapes.delete(range.tenant)
    return await readShapes(reader, range, signal)
  }
  // too many are kept as well, so that they are not read again
  reader.shapes.set(range.tenant, all)
  return all.length > maxShapes ? undefined : all
}
