import { OperatingError } from '../../lib/base/index.ts'
import {
  readStoredRecord,
  type StoredRecord,
  type StoredRecordJson,
  storedRecordColumns,
} from '../../store/index.ts'
import type { SqlParams, StoreReader } from '../store-reader.ts'
import { deletedRowsOf } from './deleted-rows.ts'
import type { OriginalRow } from './original-row.ts'
import { FileAssembly, type FilePiece } from './pieces.ts'
import { placesOf } from './places.ts'

export interface FileQuestion {
  tenant: string
  /** The agent that followed the file: by default its host's name. */
  host: string
  path: string
  /** Undefined: the newest. */
  generation: string | undefined
  from: number | undefined
  to: number | undefined
  /** Only what came in since. */
  sinceMs: number
}

const recordsPerPage = 500
/** Generations that a message names. */
const maxNamed = 20
/** Rows and bytes of the file that one question asks for. */
const rowsPerQuestion = 5_000
const bytesPerQuestion = 4 * 1024 * 1024

const ofFile = `Tenant = {tenant:String} AND Agent = {host:String} AND Source = {path:String}
    AND IngestedAt >= fromUnixTimestamp64Milli({sinceMs:Int64}) AND HasCrc = 1`

/** Which incarnation of a file is meant. Errors: NOT_FOUND. */
export async function generationOf(
  reader: StoreReader,
  question: FileQuestion,
  signal: AbortSignal,
  /** What its agent has still to read of it; undefined where none is known to follow it. */
  lagBytes?: number,
): Promise<string> {
  const { generation, host, path, tenant, sinceMs } = question
  const { rows } = await reader.rows<{ generation: string }>(
    `SELECT Generation AS generation FROM ledger WHERE ${ofFile} GROUP BY Generation ORDER BY max(IngestedAt) DESC, max(TopicOffset) DESC`,
    { tenant, host, path, sinceMs },
    signal,
  )
  const found = rows.find(row => generation === undefined || row.generation === generation)
  if (found !== undefined) return found.generation
  const what =
    rows.length === 0 ? `file ${path} of ${host}` : `generation ${generation} of ${path} of ${host}`
  const rotated = rows.length === 0 ? await rotatedFrom(reader, question, signal) : undefined
  if (rows.length === 0 && rotated === undefined && lagBytes !== undefined)
    throw new OperatingError('NOT_FOUND', `nothing of ${path} of ${host} is stored: ${whyNothing(lagBytes)}`)
  const remedy = rotated ?? 'see GET /api/files, or millrace cat --list'
  throw new OperatingError('NOT_FOUND', `there is no ${what}: ${remedy}`)
}

function whyNothing(lagBytes: number): string {
  return lagBytes > 0
    ? `its agent has ${lagBytes} bytes of it still to read`
    : 'its agent has read it to its end, so it is empty, just came, or what stood in it was passed over'
}

/** What a rotation named `app.log.1`, `app.log-20260131.gz` or `app-1.log` was written as. */
async function rotatedFrom(
  reader: StoreReader,
  { tenant, host, path }: FileQuestion,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { rows } = await reader.rows<{ source: string; generations: string[] }>(
    `SELECT Source AS source, groupUniqArray(${maxNamed})(Generation) AS generations FROM ledger
      WHERE Tenant = {tenant:String} AND Agent = {host:String} AND HasCrc = 1 AND has({names:Array(String)}, Source)
      GROUP BY Source ORDER BY length(Source) DESC LIMIT 1`,
    { tenant, host, names: writtenNames(path) },
    signal,
  )
  const [found] = rows
  if (found === undefined) return undefined
  const { source, generations } = found
  return `a rotated file stands under the path at which it was written, ${source}, with its generation (${generations.join(', ')}): millrace cat ${host}:${source} --generation G, and millrace cat --list ${host}:${source} has their sizes and times`
}

/**
 * Names that a rotated file may have been written under.
 *
 * @example
 * writtenNames('/var/log/app.log.1') // => ['/var/log/app.log', '/var/log/app']
 */
export function writtenNames(path: string): string[] {
  const names: string[] = []
  const mark = /[.-][^./-]+$/
  for (let name = path; mark.test(name); ) {
    name = name.replace(mark, '')
    names.push(name)
  }
  const inside = path.replace(/[.-][\dT_-]+(?=\.[^./]+$)/, '')
  return inside === path ? names : [...names, inside]
}

/** The file as it was, piece by piece, in bounded memory. */
export async function* fileContent(
  reader: StoreReader,
  question: FileQuestion & { generation: string },
  nowMs: number,
  signal: AbortSignal,
): AsyncIterable<FilePiece> {
  let assembly: FileAssembly | undefined
  for await (const page of recordPages(reader, question, signal)) {
    const first = question.from ?? (question.sinceMs === 0 ? 0 : (page[0]?.entry?.from ?? 0))
    assembly ??= new FileAssembly({ from: first, to: question.to }, nowMs)
    for (const group of groupsOf(page)) {
      const rows = await rowsOf(reader, question.tenant, group, signal)
      const isShort = group.some(({ offset, entry }) => (rows.get(offset)?.length ?? 0) !== entry?.lines)
      const deleted = isShort ? await deletedRowsOf(reader, group, signal) : undefined
      for (const record of group)
        yield* assembly.add(record, rows.get(record.offset) ?? [], deleted?.get(record.offset))
    }
  }
  assembly ??= new FileAssembly({ from: question.from ?? 0, to: question.to }, nowMs)
  yield* assembly.end()
}

async function* recordPages(
  reader: StoreReader,
  { tenant, host, path, generation, sinceMs, from, to }: FileQuestion & { generation: string },
  signal: AbortSignal,
): AsyncIterable<StoredRecord[]> {
  const end = to === undefined ? '' : 'AND `From` < {to:UInt64}'
  const sql = `SELECT ${storedRecordColumns} FROM ledger
    WHERE ${ofFile} AND Generation = {generation:String} AND \`To\` > {from:UInt64} ${end}
      AND (\`From\`, TopicPartition, TopicOffset) > ({f:Int64}, {p:Int64}, {o:Int64})
    ORDER BY ledger.\`From\`, TopicPartition, TopicOffset LIMIT ${recordsPerPage}`
  const params: SqlParams = {
    tenant,
    host,
    path,
    generation,
    sinceMs: String(sinceMs),
    from: String(from ?? 0),
  }
  let after = { f: '-1', p: '-1', o: '-1' }
  for (;;) {
    const { rows } = await reader.rows<StoredRecordJson>(
      sql,
      { ...params, ...after, ...(to === undefined ? {} : { to: String(to) }) },
      signal,
    )
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows.map(readStoredRecord)
    if (rows.length < recordsPerPage) return
    after = { f: last.from, p: String(last.partition), o: last.offset }
  }
}

/** Neighbours of one partition whose rows are asked for together. */
function* groupsOf(page: readonly StoredRecord[]): Iterable<StoredRecord[]> {
  let group: StoredRecord[] = []
  let rows = 0
  let bytes = 0
  for (const record of page) {
    const first = group[0]
    const isOther =
      first !== undefined && (first.topic !== record.topic || first.partition !== record.partition)
    if (isOther || rows + record.rows > rowsPerQuestion || bytes > bytesPerQuestion) {
      if (group.length > 0) yield group
      group = []
      rows = 0
      bytes = 0
    }
    group.push(record)
    rows += record.rows
    bytes += (record.entry?.to ?? 0) - (record.entry?.from ?? 0)
  }
  if (group.length > 0) yield group
}

async function rowsOf(
  reader: StoreReader,
  tenant: string,
  group: readonly StoredRecord[],
  signal: AbortSignal,
): Promise<Map<number, OriginalRow[]>> {
  const { sql, params } = placesOf(group)
  const { rows } = await reader.rows<{ offset: string; index: number; original: string }>(
    `SELECT toString(TopicOffset) AS offset, TopicIndex AS index, base64Encode(Original) AS original FROM otel_logs
      WHERE Tenant = {tenant:String} AND ${sql} AND EventName != 'millrace.undecodable'
      ORDER BY TopicOffset, TopicIndex`,
    { tenant, ...params },
    signal,
  )
  const found = new Map<number, OriginalRow[]>()
  for (const { offset, index, original } of rows) {
    const list = found.get(Number(offset)) ?? []
    list.push({ index, original: Buffer.from(original, 'base64') })
    found.set(Number(offset), list)
  }
  return found
}
