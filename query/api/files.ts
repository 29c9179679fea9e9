import { ReadableStream as Pieces } from 'node:stream/web'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { messageOf, OperatingError } from '../../lib/base/index.ts'
import { readerOf, seesInstallation, tenantOf } from '../access/asker.ts'
import type { QueryContext } from '../context.ts'
import { type FileQuestion, fileContent, generationOf } from '../files/content.ts'
import { listFiles } from '../files/list.ts'
import type { FilePiece } from '../files/pieces.ts'
import { lagOf, unstoredFiles } from '../files/unstored.ts'
import { parseTime } from '../time.ts'
import { json, problems } from './route.ts'
import { filesAnswer } from './schemas.ts'

/** `/api/files`: the files that agents followed, and their bytes. */
export function fileRoutes(app: OpenAPIHono, context: QueryContext): void {
  listRoute(app, context)
  contentRoute(app, context)
}

function listRoute(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/files',
    summary: 'files that agents followed, with their incarnations',
    request: {
      query: z.object({
        host: z.string().default('').openapi({ description: 'only of this agent' }),
        path: z.string().default('').openapi({ description: 'only paths that begin so' }),
      }),
    },
    responses: { 200: json(filesAnswer, 'newest first'), ...problems },
  })
  app.openapi(route, async c => {
    const asked = { tenant: tenantOf(c), ...c.req.valid('query') }
    const { signal } = c.req.raw
    // agents and their hosts are nobody's alone
    const agents = seesInstallation(c) ? context.watcher.agents() : []
    const [files, unstored] = await Promise.all([
      listFiles(readerOf(c), asked, signal),
      unstoredFiles(readerOf(c), agents, asked, signal),
    ])
    return c.json({ files, unstored }, 200)
  })
}

const byte = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).optional()

function contentRoute(app: OpenAPIHono, context: QueryContext): void {
  const bytes = { schema: z.string().openapi({ format: 'binary' }) }
  const route = createRoute({
    method: 'get',
    path: '/api/files/content',
    summary: 'a file as it was, byte for byte',
    request: {
      query: z.object({
        host: z.string().openapi({ description: 'id of the agent: by default the name of its host' }),
        path: z.string(),
        generation: z.string().optional().openapi({ description: 'which incarnation; default: the newest' }),
        from: byte.openapi({ description: 'first byte' }),
        to: byte.openapi({ description: 'one past the last byte' }),
        since: z.string().optional().openapi({ description: 'only what came in from then on' }),
        form: z
          .enum(['bytes', 'pieces'])
          .default('bytes')
          .openapi({ description: 'pieces: JSON lines that say what is not there as it was written, too' }),
      }),
    },
    responses: {
      200: {
        description: 'its bytes; those that are not there are left out',
        content: { 'application/octet-stream': bytes, 'application/x-ndjson': bytes },
      },
      ...problems,
    },
  })
  app.openapi(route, async c => {
    const { form, since, generation, from, to, ...file } = c.req.valid('query')
    const nowMs = context.clock.nowMs()
    const sinceMs = since === undefined ? 0 : Number(parseTime(since, nowMs) / 1_000_000n)
    const asked: FileQuestion = { tenant: tenantOf(c), ...file, generation, from, to, sinceMs }
    const { signal } = c.req.raw
    if (from !== undefined && to !== undefined && from > to)
      throw new OperatingError('QUERY_INVALID', `from (${from}) is behind to (${to})`)
    const lagBytes = seesInstallation(c) ? lagOf(context.watcher.agents(), file) : undefined
    const found = await generationOf(readerOf(c), asked, signal, lagBytes)
    const pieces = fileContent(readerOf(c), { ...asked, generation: found }, nowMs, signal)
    const body: unknown = Pieces.from(form === 'bytes' ? bytesOf(pieces) : linesOf(pieces))
    const type = form === 'bytes' ? 'application/octet-stream' : 'application/x-ndjson'
    return c.body(body as ReadableStream<Uint8Array<ArrayBuffer>>, 200, { 'Content-Type': type })
  })
}

async function* bytesOf(pieces: AsyncIterable<FilePiece>): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) if (piece.kind === 'bytes') yield piece.bytes
}

/** `{"bytes":"base64"}`, `{"note":{…}}`, at last `{"end":true}`, or `{"error":"…"}` where it breaks off. */
async function* linesOf(pieces: AsyncIterable<FilePiece>): AsyncIterable<Uint8Array> {
  try {
    for await (const piece of pieces) {
      if (piece.kind === 'bytes') yield line({ bytes: piece.bytes.toString('base64') })
      else {
        const { from, to, reason, isMissing } = piece
        yield line({ note: { from, to, reason, isMissing } })
      }
    }
    yield line({ end: true })
  } catch (error) {
    yield line({ error: messageOf(error) })
  }
}

function line(value: object): Uint8Array {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}
