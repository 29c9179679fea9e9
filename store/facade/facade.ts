import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import {
  type Clock,
  type Counter,
  codeOf,
  Gate,
  type Histogram,
  type Logger,
  type Metrics,
  messageOf,
} from '../../lib/base/index.ts'
import { type InsertedTable, insertedTable, type Noted, type NotedBlocks } from '../deduplication/noted.ts'
import type { ChdbResult, ChdbSession } from '../engine/chdb.ts'
import type { Engine } from '../engine/engine.ts'
import { literal } from '../engine/quote.ts'
import { readText, spoolBody } from './body.ts'
import { type Call, readCall } from './call.ts'
import { authenticate, type Credentials } from './credentials.ts'
import { noSpace, readonlyError, sameQueryId, syntaxError, toFacadeError, tooManyQueries } from './errors.ts'
import { replyWithError, replyWithRows, summary } from './reply.ts'
import { parseStatement, type Statement } from './statement.ts'

export interface FacadeOptions {
  engine: Engine
  /** Bodies of inserts stand here while they are read. */
  spoolFolder: string
  blocks: NotedBlocks
  /** Then inserts are refused. */
  isDiskFull(): boolean
  /** Called where only a fresh start helps. */
  fail(error: unknown): void
  credentials: Credentials
  maxConcurrentQueries: number
  maxConcurrentInserts: number
  clock: Clock
  logger: Logger
  metrics: Metrics
}

/** Failures of which only a start of the store makes good. */
const isOfBlock: ReadonlySet<string> = new Set(['BLOCK_TORN', 'BLOCK_NOT_NOTED'])

/** Requests in line before further ones are refused with 503. */
const maxWaiting = 200

type Insert = Extract<Statement, { kind: 'insert' }>

/**
 * ClickHouse's HTTP interface over the embedded engine: as much of it as its official client, its command-line users
 * and Grafana's data source need. Nothing above can tell it from a server.
 * Left out: sessions, block compression of its own, progress headers, query_log.
 */
export class Facade {
  readonly #options: FacadeOptions
  readonly #queries: Gate
  readonly #inserts: Gate
  readonly #running = new Map<string, AbortController>()
  readonly #milliseconds: { query: Histogram; insert: Histogram }
  readonly #failures: Counter

  constructor(options: FacadeOptions) {
    this.#options = options
    this.#queries = new Gate(options.maxConcurrentQueries, maxWaiting, tooManyQueries)
    this.#inserts = new Gate(options.maxConcurrentInserts, maxWaiting, tooManyQueries)
    const { metrics } = options
    const description = { unit: 'ms', description: 'time of a request, waiting included' }
    this.#milliseconds = {
      query: metrics.histogram('millrace.store.request', description, { kind: 'query' }),
      insert: metrics.histogram('millrace.store.request', description, { kind: 'insert' }),
    }
    this.#failures = metrics.counter('millrace.store.failures', {
      description: 'requests answered with an error',
    })
    metrics.gauge('millrace.store.waiting', { description: 'requests in line' }, () => [
      { labels: { kind: 'query' }, value: this.#queries.waiting },
      { labels: { kind: 'insert' }, value: this.#inserts.waiting },
    ])
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    void this.#handle(request, response)
  }

  /** Requests not yet answered. */
  get pending(): number {
    return this.#running.size
  }

  /** Ends every running statement. */
  abort(): void {
    for (const controller of this.#running.values()) controller.abort(new Error('the store is stopping'))
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://store')
      if (url.pathname === '/ping') return plain(response, 'Ok.\n')
      if (url.pathname !== '/') return plain(response, 'There is no such path here; queries go to /\n', 404)
      authenticate(request, url, this.#options.credentials)
      if (request.method === 'GET' && !url.searchParams.has('query')) return plain(response, 'Ok.\n')
      await this.#answer(request, response, readCall(request, url))
    } catch (error) {
      this.#failures.add(1)
      // an answer that nobody waits for any more is no failure of the store
      if (!response.destroyed) this.#report(error)
      request.resume()
      await replyWithError(response, error).catch(() => response.destroy())
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse, call: Call): Promise<void> {
    if (this.#running.has(call.queryId)) throw sameQueryId(call.queryId)
    const { clock, engine } = this.#options
    const startedMs = clock.monotonicMs()
    const controller = new AbortController()
    this.#running.set(call.queryId, controller)
    controller.signal.addEventListener('abort', () => {
      engine.kill(call.queryId).catch(error => this.#report(error))
    })
    response.on('close', () => {
      if (!response.writableFinished) controller.abort(new Error('the client went away'))
    })
    response.setHeader('X-ClickHouse-Query-Id', call.queryId)
    response.setHeader('X-ClickHouse-Server-Display-Name', 'millrace')
    response.setHeader('X-ClickHouse-Timezone', 'UTC')
    try {
      const kind = await this.#run(request, response, call, controller.signal)
      this.#milliseconds[kind].record(clock.monotonicMs() - startedMs)
    } finally {
      this.#running.delete(call.queryId)
    }
  }

  async #run(
    request: IncomingMessage,
    response: ServerResponse,
    call: Call,
    signal: AbortSignal,
  ): Promise<'query' | 'insert'> {
    const inUrl = call.query === '' ? undefined : parseStatement(call.query)
    if (inUrl?.kind === 'insert' && inUrl.data === '') {
      await this.#insert(response, call, inUrl, signal, path => spoolBody(request, path))
      return 'insert'
    }
    const body = await readText(request)
    const statement = parseStatement(`${call.query}${call.query !== '' && body !== '' ? '\n' : ''}${body}`)
    if (statement.kind === 'insert') {
      const { data } = statement
      await this.#insert(response, call, statement, signal, path => spoolText(data, path))
      return 'insert'
    }
    await this.#query(response, call, statement, signal)
    return 'query'
  }

  async #query(
    response: ServerResponse,
    call: Call,
    statement: Extract<Statement, { kind: 'query' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const sql = killByComment(statement.sql)
    if (sql.trim() === '') throw syntaxError('Empty query')
    await this.#inSession(this.#queries, call, signal, async session => {
      const { queryClass, statementCount } = await this.#options.engine.classify(session, sql)
      if (statementCount > 1) throw syntaxError('Multi-statements are not allowed')
      if (queryClass === 3 && /\bINTO\s+OUTFILE\b/i.test(sql)) throw readonlyError()
      if (call.readonly && (queryClass === 1 || queryClass === 3)) throw readonlyError()
      const into = insertedTable(sql, call.database)
      if (into === undefined)
        await replyWithRows(response, session, call, sql, statement.format ?? call.defaultFormat)
      else await this.#insertSelected(response, call, into, () => session.queryAsync(sql))
    })
  }

  async #insertSelected(
    response: ServerResponse,
    call: Call,
    into: InsertedTable,
    insert: () => Promise<ChdbResult>,
  ): Promise<void> {
    response.setHeader('X-ClickHouse-Summary', summary(await this.#noted(into, call, insert), true))
    await this.#options.blocks.sync(into)
    response.end()
  }

  async #insert(
    response: ServerResponse,
    call: Call,
    insert: Insert,
    signal: AbortSignal,
    spool: (path: string) => Promise<void>,
  ): Promise<void> {
    if (call.readonly) throw readonlyError()
    if (this.#options.isDiskFull()) throw noSpace()
    const path = join(this.#options.spoolFolder, randomUUID())
    const into = insertedTable(insert.head, call.database)
    try {
      await spool(path)
      // settings stand before FORMAT; what follows it would be taken for rows
      const from = (file: string) =>
        `${insert.head} FROM INFILE ${literal(file)} COMPRESSION 'none' ${insert.settings} FORMAT ${insert.format}`
      await this.#inSession(this.#inserts, call, signal, async session => {
        // a name of a file is one literal, whichever it is
        const { statementCount } = await this.#options.engine.classify(session, from('rows'))
        if (statementCount > 1) throw syntaxError('Multi-statements are not allowed')
        const result = await this.#noted(into, call, () => session.queryAsync(from(path)))
        response.setHeader('X-ClickHouse-Summary', summary(result, true))
      })
      if (into !== undefined) await this.#options.blocks.sync(into)
      response.end()
    } finally {
      await rm(path, { force: true })
    }
  }

  /** Looks after an insert before it is answered, and after a failed one before anyone can repeat it. */
  async #noted<T>(into: InsertedTable | undefined, call: Call, insert: () => Promise<T>): Promise<T> {
    if (into === undefined) return await insert()
    const { blocks } = this.#options
    const hasToken = call.settings.has('insert_deduplication_token')
    const end = hasToken ? undefined : blocks.beginUntokened()
    const before = await blocks.before(into)
    try {
      const result = await insert()
      await blocks.lookAfterInsert(into, before, hasToken)
      return result
    } catch (error) {
      if (isOfBlock.has(codeOf(error) ?? '')) this.#options.fail(error)
      else if (before !== undefined) await this.#lookAfterFailure(into, before)
      throw error
    } finally {
      end?.()
    }
  }

  async #lookAfterFailure(into: InsertedTable, before: Noted): Promise<void> {
    try {
      await this.#options.blocks.lookAfterFailure(into, before)
    } catch (error) {
      if (codeOf(error) === 'BLOCK_NOT_PLACED') this.#options.fail(error)
      else this.#options.logger.warn('cannot look after an insert that failed', { error: messageOf(error) })
    }
  }

  async #inSession(
    gate: Gate,
    call: Call,
    signal: AbortSignal,
    work: (session: ChdbSession) => Promise<void>,
  ): Promise<void> {
    const leave = await gate.enter(signal)
    try {
      const session = await this.#options.engine.session(call)
      try {
        await work(session)
      } finally {
        session.close()
      }
    } finally {
      leave()
    }
  }

  /** A failed query is its client's to report; what the store itself cannot do stands in its own log. */
  #report(failure: unknown): void {
    const error = toFacadeError(failure)
    const { logger } = this.#options
    if (error.status === 500 && error.code === 1002)
      logger.warn('request failed', { error: messageOf(failure) })
    else logger.debug('request refused', { error: error.message })
  }
}

function spoolText(text: string, path: string): Promise<void> {
  return writeFile(path, text)
}

/** chDB knows no query ids: they stand in `log_comment`, so KILL QUERY by id is asked for by that. */
function killByComment(sql: string): string {
  return /^\s*KILL\s+QUERY\b/i.test(sql) ? sql.replace(/\bquery_id\b/g, "Settings['log_comment']") : sql
}

function plain(response: ServerResponse, text: string, status = 200): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8' }).end(text)
}
