import type { IncomingHttpHeaders } from 'node:http'
import type { Clock, Logger, Metrics } from '../../lib/base/index.ts'
import type { ParseMode } from '../lines/line-parser.ts'
import type { Intake } from '../sources/intake.ts'

/** A request whose body was read and, where its content encoding is known, decompressed. */
export interface PushRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: Buffer
  /** Tells it from others: what is sent again without an answer is taken once (`Intake.take`). */
  key: string
}

export interface PushReply {
  status: number
  headers?: Readonly<Record<string, string>>
  body?: string | Buffer
}

/** What an API is handed to serve its requests. */
export interface PushContext {
  intake: Intake
  hostName: string
  clock: Clock
  logger: Logger
  metrics: Metrics
  /** How the text of a line is read. */
  parse: ParseMode
}

export interface PushRoute {
  methods: readonly string[]
  /** The whole path, without the query. */
  path: RegExp
  handle(request: PushRequest): PushReply | Promise<PushReply>
}

/**
 * A push API that other shippers speak: one file in `sources/http/apis` and one line in its table. Answers when the data
 * is durable; what it throws becomes a refusal in its own form.
 */
export interface PushApi {
  /** As in the ready line, metrics and documentation. */
  name: string
  routes(context: PushContext): PushRoute[]
  /** A refusal as its senders expect it. */
  refusal(status: number, message: string): PushReply
}

export function jsonReply(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): PushReply {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }
}
