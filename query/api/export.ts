import { pipeline, Readable } from 'node:stream'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { messageOf } from '../../lib/base/index.ts'
import { parseSearch } from '../../lib/logql/index.ts'
import { readerOf, tenantOf } from '../access/asker.ts'
import type { QueryContext } from '../context.ts'
import { decodeCursor, type Position, parsePosition } from '../cursor.ts'
import { picker } from '../log-fields.ts'
import { exportLines, type LogExport } from '../logs-export.ts'
import type { StoreReader } from '../store-reader.ts'
import { compressor, encodingFor } from './encoding.ts'
import { type ExportFormat, exportFormats } from './export-formats.ts'
import { exportName } from './export-name.ts'
import { fieldsParameter, namesOf, parseRange, rangeParameters } from './parameters.ts'
import { problems } from './route.ts'

/** `/api/logs/export`: all lines of a search, as a file. */
export function exportRoutes(app: OpenAPIHono, context: QueryContext): void {
  const text = { schema: z.string() }
  const route = createRoute({
    method: 'get',
    path: '/api/logs/export',
    summary: 'all lines of a search, as a file',
    request: {
      query: z.object({
        ...rangeParameters,
        fields: fieldsParameter,
        format: z.enum(['jsonl', 'csv', 'raw']).default('jsonl').openapi({ description: 'raw: lines alone' }),
        direction: z.enum(['backward', 'forward']).default('forward'),
        limit: z.coerce.number().int().min(1).optional().openapi({ description: 'lines at most' }),
        cursor: z
          .string()
          .optional()
          .openapi({ description: 'where to go on: id of the last line that came, or next of a page' }),
      }),
    },
    responses: {
      200: {
        description:
          'lines as they come, in gzip or zstd where the request accepts it; a connection that ends early ends in the middle',
        content: { 'application/x-ndjson': text, 'text/csv': text, 'text/plain': text },
      },
      ...problems,
    },
  })
  app.openapi(route, c => {
    const { fields, format: name, cursor, ...given } = c.req.valid('query')
    const format = exportFormats[name]
    const names = namesOf(fields)
    const { startNs, endNs } = parseRange(given, context.clock.nowMs())
    const search: LogExport = {
      query: parseSearch(given.query),
      tenant: tenantOf(c),
      startNs,
      endNs,
      direction: given.direction,
      limit: given.limit,
      after: positionAt(cursor),
      fields: name === 'raw' ? ['body'] : names.length === 0 ? undefined : names,
      isRaw: name === 'raw',
    }
    // between two pages it is running, too
    const end = c.get('asker').request.begin('export')
    const pieces = textOf(readerOf(c), search, format, names, c.req.raw.signal, end)
    const encoding = encodingFor(c.req.header('accept-encoding'))
    const plain = Readable.from(pieces, { objectMode: false })
    const note = (error: unknown) => {
      if (error !== null && error !== undefined)
        context.logger.debug('export ended early', { error: messageOf(error) })
    }
    const body = encoding === undefined ? plain : pipeline(plain, compressor(encoding), note)
    c.header('Content-Type', format.type)
    c.header('Content-Disposition', `attachment; filename="${exportName(startNs, endNs, format.extension)}"`)
    c.header('Vary', 'Accept-Encoding')
    if (encoding !== undefined) c.header('Content-Encoding', encoding)
    return c.body(Readable.toWeb(body) as ReadableStream<Uint8Array<ArrayBuffer>>, 200)
  })
}

async function* textOf(
  reader: StoreReader,
  search: LogExport,
  format: ExportFormat,
  fields: readonly string[],
  signal: AbortSignal,
  end: () => void,
): AsyncGenerator<string> {
  const pick = fields.length === 0 ? undefined : picker(fields)
  try {
    yield format.begin(fields)
    for await (const lines of exportLines(reader, search, signal))
      for (const line of lines) yield format.line(pick === undefined ? line : pick(line), fields)
  } finally {
    end()
  }
}

/** Errors: CURSOR_INVALID. */
function positionAt(cursor: string | undefined): Position | undefined {
  if (cursor === undefined || cursor === '') return undefined
  return /^[\d-]+$/.test(cursor) ? parsePosition(cursor) : decodeCursor(cursor)
}
