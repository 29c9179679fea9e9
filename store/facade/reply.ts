import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, constants as zlib } from 'node:zlib'
import type { ChdbResult, ChdbSession } from '../engine/chdb.ts'
import type { Call } from './call.ts'
import { type FacadeError, toFacadeError } from './errors.ts'
import { mask } from './statement.ts'

/** Formats in which each block of a result stands for itself; others have a frame around the whole and are buffered. */
const streamable = new Set([
  'JSONEachRow',
  'JSONLines',
  'NDJSON',
  'JSONCompactEachRow',
  'JSONStringsEachRow',
  'JSONCompactStringsEachRow',
  'CSV',
  'TSV',
  'TabSeparated',
  'TSVRaw',
  'TabSeparatedRaw',
  'RowBinary',
  'Native',
])

const contentTypes: [RegExp, string][] = [
  [/^(JSON\w*EachRow|JSONLines|NDJSON)/, 'application/x-ndjson; charset=UTF-8'],
  [/^JSON/, 'application/json; charset=UTF-8'],
  [/^CSV/, 'text/csv; charset=UTF-8; header=absent'],
  [/^(Native|RowBinary|Parquet|Arrow|ORC)/, 'application/octet-stream'],
  [/^(TSV|TabSeparated)/, 'text/tab-separated-values; charset=UTF-8'],
  [/./, 'text/plain; charset=UTF-8'],
]

/** Runs a read and sends its rows as they come, or whole where format or request want it so. */
export async function replyWithRows(
  response: ServerResponse,
  session: ChdbSession,
  call: Call,
  sql: string,
  format: string,
): Promise<void> {
  response.setHeader('X-ClickHouse-Format', format)
  response.setHeader('Content-Type', contentTypes.find(([pattern]) => pattern.test(format))?.[1] ?? '')
  // SHOW, DESCRIBE, EXPLAIN and all that writes cannot be streamed by the engine
  const streams = /^\s*(SELECT|WITH|\()/i.test(mask(sql)) && streamable.has(format) && !call.waitEndOfQuery
  if (streams) await replyStreaming(response, session, call, sql, format)
  else await replyWhole(response, session, call, sql, format)
}

async function replyWhole(
  response: ServerResponse,
  session: ChdbSession,
  call: Call,
  sql: string,
  format: string,
): Promise<void> {
  const result = await session.queryAsync(sql, { format })
  response.setHeader('X-ClickHouse-Summary', summary(result, false))
  await send(response, call, Readable.from([Buffer.from(result.bytes())], { objectMode: false }))
}

async function replyStreaming(
  response: ServerResponse,
  session: ChdbSession,
  call: Call,
  sql: string,
  format: string,
): Promise<void> {
  const stream = session.queryStream(sql, { format })
  const chunks = stream[Symbol.asyncIterator]()
  try {
    // errors found before the first block still get a status
    const first = await chunks.next()
    const tag = randomBytes(8).toString('hex')
    response.setHeader('X-ClickHouse-Exception-Tag', tag)
    await send(response, call, Readable.from(rest(first, chunks, tag), { objectMode: false }))
  } finally {
    stream.cancel()
  }
}

async function* rest(
  first: IteratorResult<{ raw(): Uint8Array }>,
  chunks: AsyncIterator<{ raw(): Uint8Array }>,
  tag: string,
): AsyncGenerator<Buffer> {
  try {
    for (let next = first; next.done !== true; next = await chunks.next()) {
      const raw = next.value.raw()
      if (raw.length > 0) yield Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
    }
  } catch (error) {
    yield exceptionFrame(toFacadeError(error), tag)
  }
}

/**
 * What ClickHouse puts at the end of an answer that broke after its status was sent. Without it the rows that came
 * would look complete. LENGTH counts the message with its line end.
 */
function exceptionFrame(error: FacadeError, tag: string): Buffer {
  const message = `${error.message}\n`
  return Buffer.from(
    `\r\n__exception__\r\n${tag}\r\n${message}${Buffer.byteLength(message)} ${tag}\r\n__exception__\r\n`,
  )
}

async function send(response: ServerResponse, call: Call, body: Readable): Promise<void> {
  if (!call.gzip) {
    await pipeline(body, response)
    return
  }
  response.setHeader('Content-Encoding', 'gzip')
  // flushed block by block, so that rows are not held back by the compressor
  await pipeline(body, createGzip({ level: 1, flush: zlib.Z_SYNC_FLUSH }), response)
}

/** X-ClickHouse-Summary: all values are strings. */
export function summary(result: ChdbResult, written: boolean): string {
  const rows = String(result.rowsRead)
  const bytes = String(result.bytesRead)
  return JSON.stringify({
    read_rows: rows,
    read_bytes: bytes,
    written_rows: written ? rows : '0',
    written_bytes: written ? bytes : '0',
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: '0',
    elapsed_ns: String(Math.round(result.elapsed * 1e9)),
  })
}

/** Answers with an error, or, where rows are on their way already, ends the connection. */
export async function replyWithError(response: ServerResponse, failure: unknown): Promise<void> {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  const error = toFacadeError(failure)
  for (const name of ['Content-Encoding', 'X-ClickHouse-Summary', 'X-ClickHouse-Format'])
    response.removeHeader(name)
  response.setHeader('X-ClickHouse-Exception-Code', String(error.code))
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8')
  if (error.status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="ClickHouse"')
  if (error.status === 503) response.setHeader('Retry-After', '1')
  response.statusCode = error.status
  response.end(`${error.message}\n`)
  await once(response, 'close')
}
