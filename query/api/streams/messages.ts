import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { streamSSE } from 'hono/streaming'
import { messageOf, OperatingError } from '../../../lib/base/index.ts'
import {
  produceMessage,
  type ReadOptions,
  readMessages,
  readPage,
  type ValueFormat,
  valueFormats,
} from '../../../lib/kafka/admin/index.ts'
import type { QueryContext } from '../../context.ts'
import { count } from '../parameters.ts'
import { json, jsonBody, problems } from '../route.ts'
import { maxFromLength, type PageFrom, pageFrom, writtenFrom } from './page-from.ts'
import { messagesAnswer } from './schemas.ts'
import { type Showing, signalOf, toShown } from './shown.ts'
import { topicName } from './topics.ts'
import { expectWritable } from './writable.ts'

const maxMessages = 500
/** Where a filter lets few through, so many records are looked at for one answer. */
const scanLimit = 200_000
/** What is looked for among the youngest is looked for in so many of each partition. */
const filteredLast = 5_000
/** What is followed is shown as a list of about so many. */
const liveTogether = 100

const which = {
  partition: z.coerce.number().int().min(0).optional().openapi({ description: 'none: all of them' }),
  key: z.string().max(1_000).default('').openapi({ description: 'only records with this key' }),
  text: z
    .string()
    .max(1_000)
    .default('')
    .openapi({ description: 'only records whose key or value has this text' }),
  format: z.enum(valueFormats as [ValueFormat, ...ValueFormat[]]).default('auto'),
}

export function messageRoutes(app: OpenAPIHono, context: QueryContext): void {
  read(app, context)
  bytes(app, context)
  live(app, context)
  write(app, context)
}

function read(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/streams/topics/{name}/messages',
    summary: 'records of a topic',
    request: {
      params: topicName,
      query: z.object({
        ...which,
        from: z.string().max(maxFromLength).default('latest').openapi({
          description:
            'latest: the youngest; earliest; offset:N; a time; or what next or before of an answer say',
          example: 'offset:120',
        }),
        limit: count(100, maxMessages),
        isolation: z.enum(['read_committed', 'read_uncommitted']).default('read_uncommitted'),
      }),
    },
    responses: {
      200: json(
        messagesAnswer,
        'by time, of a partition by offset; with latest and before the youngest first',
      ),
      ...problems,
    },
  })
  app.openapi(route, async c => {
    const { name } = c.req.valid('param')
    const { partition, key, text, format, from, limit, isolation } = c.req.valid('query')
    const isFiltered = key !== '' || text !== ''
    const partitions = partition === undefined ? undefined : [partition]
    const start = pageFrom(from, depthOf(limit, isFiltered), context.clock.nowMs())
    const page = await readPage(context.kafka, {
      topic: name,
      partitions,
      from: start,
      limit,
      scanLimit,
      isolation,
      filter: filterOf(key, text),
      signal: c.req.raw.signal,
    })
    const showing = showingOf(context, name, format)
    const messages = await Promise.all(
      page.messages.map(message => toShown(message, showing, page.messages.length)),
    )
    if (isBack(start)) messages.reverse()
    return c.json(
      {
        messages,
        scanned: page.scanned,
        complete: page.scanned < scanLimit,
        next: writtenFrom('next', page.next),
        before: writtenFrom('before', page.before),
      },
      200,
    )
  })
}

/** Errors: PARAMETER_INVALID. */
function showingOf({ config, values }: QueryContext, topic: string, format: ValueFormat): Showing {
  if (format === 'registry' && config.query.schemaRegistry === null)
    throw new OperatingError('PARAMETER_INVALID', 'there is no schema registry: set query.schemaRegistry.url')
  return { values, format, signal: signalOf(config, topic) }
}

function isBack(from: PageFrom): boolean {
  return typeof from === 'object' && 'last' in from
}

/** So many records before a place are looked at, of each partition. */
function depthOf(limit: number, isFiltered: boolean): number {
  return isFiltered ? filteredLast : limit
}

const recordPlace = topicName.extend({
  partition: z.coerce.number().int().min(0),
  offset: z.coerce.number().int().min(0),
  part: z.enum(['key', 'value']),
})

function bytes(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/streams/topics/{name}/partitions/{partition}/records/{offset}/{part}',
    summary: 'the key or the value of one record, byte for byte',
    request: { params: recordPlace },
    responses: {
      200: {
        description: 'the bytes',
        content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
      },
      ...problems,
    },
  })
  app.openapi(route, async c => {
    const { name, partition, offset, part } = c.req.valid('param')
    const { signal } = c.req.raw
    const options: ReadOptions = { topic: name, partitions: [partition], from: { offset }, limit: 1, signal }
    const { value: message } = await readMessages(context.kafka, options).next()
    if (message?.offset !== offset)
      throw new OperatingError(
        'NOT_FOUND',
        `there is no record at offset ${offset} of ${name}-${partition}: retention or compaction took it, or it is still to come`,
      )
    c.header('Content-Disposition', `attachment; filename="${name}-${partition}-${offset}.${part}"`)
    c.header('Content-Type', 'application/octet-stream')
    return c.body(new Uint8Array(message[part] ?? new Uint8Array()))
  })
}

function filterOf(key: string, text: string): ReadOptions['filter'] {
  if (key === '' && text === '') return undefined
  const [wantedKey, wantedText] = [Buffer.from(key), Buffer.from(text)]
  return message => {
    if (key !== '' && message.key?.equals(wantedKey) !== true) return false
    if (text === '') return true
    return message.value?.includes(wantedText) === true || message.key?.includes(wantedText) === true
  }
}

function live(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/streams/topics/{name}/messages/live',
    summary: 'follow the records of a topic',
    request: { params: topicName, query: z.object(which) },
    responses: {
      200: {
        description: 'server-sent events: message, heartbeat, problem',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      ...problems,
    },
  })
  app.openapi(route, async c => {
    const { name } = c.req.valid('param')
    const { partition, key, text, format } = c.req.valid('query')
    await context.kafka.metadata([name])
    const showing = showingOf(context, name, format)
    c.header('X-Accel-Buffering', 'no')
    return streamSSE(c, async stream => {
      const ended = new AbortController()
      stream.onAbort(() => ended.abort())
      const options: ReadOptions = {
        topic: name,
        partitions: partition === undefined ? undefined : [partition],
        from: 'latest',
        follow: true,
        filter: filterOf(key, text),
        signal: ended.signal,
        onProgress: () => void stream.writeSSE({ event: 'heartbeat', data: '' }),
      }
      try {
        await stream.writeSSE({ event: 'heartbeat', data: '' })
        for await (const message of readMessages(context.kafka, options))
          await stream.writeSSE({
            event: 'message',
            data: JSON.stringify(await toShown(message, showing, liveTogether)),
          })
      } catch (error) {
        await stream.writeSSE({ event: 'problem', data: JSON.stringify({ detail: messageOf(error) }) })
      }
    })
  })
}

const newMessage = z.object({
  partition: z.int().min(0).optional().openapi({ description: 'none: by the key, or any' }),
  key: z.string().nullable().default(null),
  value: z.string().nullable().openapi({ description: 'null deletes the key of a compacted topic' }),
  headers: z.array(z.object({ key: z.string(), value: z.string() })).default([]),
})

function write(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'post',
    path: '/api/streams/topics/{name}/messages',
    summary: 'write one record',
    request: {
      params: topicName,
      ...jsonBody(newMessage),
    },
    responses: {
      200: json(z.object({ partition: z.int(), offset: z.number() }), 'where it lies'),
      ...problems,
    },
  })
  app.openapi(route, async c => {
    expectWritable(context)
    const { partition, key, value, headers } = c.req.valid('json')
    const place = await produceMessage(context.kafka, {
      topic: c.req.valid('param').name,
      partition,
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      headers,
      timestampMs: context.clock.nowMs(),
    })
    return c.json(place, 200)
  })
}
