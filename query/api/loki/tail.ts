import { setTimeout as sleep } from 'node:timers/promises'
import { upgradeWebSocket } from '@hono/node-server'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { WSContext } from 'hono/ws'
import type { WebSocket } from 'ws'
import { type Clock, messageOf } from '../../../lib/base/index.ts'
import { compilePipeline, type LogQuery, parseLogQl, pushable, QueryError } from '../../../lib/logql/index.ts'
import type { QueryContext } from '../../context.ts'
import { RowLabels } from '../../logql/row-labels.ts'
import { backfill } from '../../tail/backfill.ts'
import type { TailSink } from '../../tail/sink.ts'
import { followTail } from '../../tail/stream.ts'
import type { LogLine } from '../schemas.ts'
import { failure } from './answer.ts'
import { type Asked, askedOf } from './asked.ts'
import { invalid } from './parameters.ts'

const path = '/loki/api/v1/tail'
const defaultLimit = 100
const maxLimit = 5_000
const maxDelaySeconds = 5
/** Of a WebSocket that is closed because of an error here. Source: RFC 6455, 7.4.1. */
const internalError = 1011

/**
 * `tail`: the last lines, and then lines as they come in, over a WebSocket. Source: Loki HTTP API, stream logs.
 * What is asked wrongly is refused before the WebSocket begins.
 */
export function tailRoute(app: OpenAPIHono, context: QueryContext): void {
  app.get(
    path,
    async (c, next) => {
      try {
        const asked = await askedOf(c, context)
        const query = logQueryOf(asked.parameters.text('query'))
        const { parameters } = asked
        const { startNs } = parameters.range(1)
        const limit = parameters.count('limit', defaultLimit, maxLimit)
        c.set('lokiTail', { asked, query, startNs, limit, delayMs: delayMsOf(parameters) })
        if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
          throw new QueryError(
            'lines are followed over a WebSocket',
            '',
            0,
            'or as server-sent events at /api/logs/tail',
          )
      } catch (error) {
        return failure(c, error, context.logger)
      }
      return await next()
    },
    upgradeWebSocket(c => {
      const tail = c.get('lokiTail')
      let sink: SocketSink | undefined
      return {
        onOpen: (_, socket) => {
          sink = new SocketSink(socket as WSContext<WebSocket>, tail, context.clock)
          void follow(tail, sink).catch((error: unknown) => {
            context.logger.debug('tail ended', { error: messageOf(error) })
            socket.close(internalError, messageOf(error).slice(0, 100))
          })
        },
        onClose: () => sink?.end(),
        onError: () => sink?.end(),
      }
    }),
  )
}

interface Tail {
  asked: Asked
  query: LogQuery
  /** From when on lines come that are there, so many at most. */
  startNs: bigint
  limit: number
  /** For so long lines are held back. */
  delayMs: number
}

declare module 'hono' {
  interface ContextVariableMap {
    lokiTail: Tail
  }
}

/** Errors: QUERY_INVALID. */
function logQueryOf(text: string): LogQuery {
  const parsed = parseLogQl(text)
  if (parsed.kind === 'log') return parsed.query
  throw new QueryError('only lines are followed', text, 0, 'write {service_name="web"}')
}

/** Seconds by which lines are held back; at most five. Source: Loki pkg/loghttp/tail.go. Errors: PARAMETER_INVALID. */
function delayMsOf(parameters: Asked['parameters']): number {
  const text = parameters.text('delay_for')
  if (!/^\d*$/.test(text)) throw invalid(`delay_for is whole seconds, found ${text}`)
  if (Number(text) > maxDelaySeconds) throw invalid(`delay_for can't be greater than ${maxDelaySeconds}`)
  return Number(text) * 1000
}

async function follow(tail: Tail, sink: SocketSink): Promise<void> {
  const { tenant, context } = tail.asked
  const matches = (line: LogLine) => sink.takes(line)
  const streamer = await followTail(context.tail, { tenant, matches, ...(await beginning(tail)) })
  await streamer(sink)
}

async function beginning({ asked, query, startNs, limit }: Tail) {
  const { context, tenant, reader, signal } = asked
  const endNs = BigInt(context.clock.nowMs() + 3_600_000) * 1_000_000n
  const search = { query: pushable(query, true), tenant, startNs, endNs, limit }
  return await backfill(context, reader, search, signal)
}

/** Sends each line as Loki does. */
class SocketSink implements TailSink {
  readonly #socket: WSContext<WebSocket>
  readonly #process: ReturnType<typeof compilePipeline>
  readonly #listeners: (() => void)[] = []
  readonly #delayMs: number
  readonly #clock: Clock
  isGone = false

  constructor(
    socket: WSContext<WebSocket>,
    { query, delayMs }: Pick<Tail, 'query' | 'delayMs'>,
    clock: Clock,
  ) {
    this.#clock = clock
    this.#socket = socket
    this.#delayMs = delayMs
    this.#process = compilePipeline(query)
  }

  takes(line: LogLine): boolean {
    return this.#made(line) !== undefined
  }

  onGone(listener: () => void): void {
    this.#listeners.push(listener)
  }

  end(): void {
    this.isGone = true
    for (const listener of this.#listeners) listener()
  }

  /** Loki knows lines alone: no heartbeats, and no place to go on from. */
  async send(event: string, data: object): Promise<void> {
    if (event !== 'log') return
    const line = data as LogLine
    const made = this.#made(line)
    if (made === undefined) return
    const stream = Object.fromEntries([...made.labels.all()].map(([name, value]) => [name, value]))
    await this.#held(Number(BigInt(line.timestamp) / 1_000_000n))
    await this.#write(JSON.stringify({ streams: [{ stream, values: [[line.timestamp, made.line]] }] }))
  }

  /** Until a line is as old as was asked for. */
  async #held(timeMs: number): Promise<void> {
    const waitMs = Math.min(timeMs + this.#delayMs - this.#clock.nowMs(), this.#delayMs)
    if (waitMs > 0 && !this.isGone) await sleep(waitMs, undefined, { ref: false })
  }

  #made(line: LogLine) {
    return this.#process(line.body, new RowLabels(line), BigInt(line.timestamp))
  }

  /** Waits until the line has left, so that lines wait where their number is bounded. */
  async #write(text: string): Promise<void> {
    const { raw } = this.#socket
    if (this.isGone || raw === undefined) return
    await new Promise<void>(resolve => raw.send(text, () => resolve()))
  }
}
