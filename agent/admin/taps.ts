import type { ServerResponse } from 'node:http'
import { messageOf } from '../../lib/base/index.ts'
import { compilePredicate, type LogPredicate, parseCondition } from '../../lib/logql/index.ts'
import { type DecodedLog, decodeLogs } from '../../lib/otlp/index.ts'
import type { RecordDraft } from '../records/draft.ts'
import type { RecordFilter } from '../records/filter.ts'
import { RequestWriter } from '../records/request-writer.ts'
import { DraftView } from '../transforms/draft/view.ts'

/** Who may look at one time. */
const maxTaps = 16
/** Bytes that wait for a slow reader; beyond, records are left out and counted. */
const maxWaitingBytes = 1_048_576
const none = Buffer.alloc(0)

interface Tap {
  response: ServerResponse
  predicate: LogPredicate | undefined
  left: number
  skipped: number
}

/**
 * Shows what flows, as JSON lines: each record as it comes to the rules, and what they make of it, or that one dropped
 * it. Costs nothing while nobody looks; a slow reader misses records and is told how many, it slows nothing down.
 */
export class Taps {
  readonly #nowMs: () => number
  readonly #taps = new Set<Tap>()
  readonly #view = new DraftView()
  readonly #writer = new RequestWriter(16_384)

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** The rules of one source, seen by who looks. */
  over(filter: RecordFilter): RecordFilter {
    const taps = this.#taps
    return {
      get isEmpty() {
        return filter.isEmpty && taps.size === 0
      },
      apply: draft => (taps.size === 0 ? filter.apply(draft) : this.#watched(filter, draft)),
      flush: draft => filter.flush?.(draft) ?? false,
      takeDropped: () => filter.takeDropped(),
    }
  }

  #watched(filter: RecordFilter, draft: RecordDraft): boolean {
    const interested = [...this.#taps].filter(tap => this.#matches(tap, draft))
    if (interested.length === 0) return filter.apply(draft)
    const before = this.#show(draft)
    const isKept = filter.apply(draft)
    const after = isKept ? this.#show(draft) : null
    const line = `${JSON.stringify({ before, after: isSame(before, after) ? undefined : after })}\n`
    for (const tap of interested) this.#send(tap, line)
    return isKept
  }

  /** `where`: LogQL, all records without it; `limit`: so many, then the end. */
  serve(query: URLSearchParams, response: ServerResponse): void {
    const where = query.get('where') ?? ''
    const problem = this.#taps.size >= maxTaps ? `${maxTaps} look already` : undefined
    try {
      if (problem !== undefined) throw new Error(problem)
      const predicate = where === '' ? undefined : compilePredicate(parseCondition(where))
      const left = Number(query.get('limit') ?? Number.POSITIVE_INFINITY)
      const tap = { response, predicate, left, skipped: 0 }
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.flushHeaders()
      this.#taps.add(tap)
      response.on('close', () => this.#taps.delete(tap))
    } catch (error) {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(`${messageOf(error)}\n`)
    }
  }

  #matches({ predicate }: Tap, draft: RecordDraft): boolean {
    if (predicate === undefined) return true
    this.#view.draft = draft
    return predicate(this.#view)
  }

  #show(draft: RecordDraft): object | undefined {
    this.#writer.open(none, this.#nowMs())
    this.#writer.add(draft)
    const request = this.#writer.close()
    const [log] = decodeLogs(request, this.#nowMs())
    this.#writer.reuse(request)
    return log === undefined ? undefined : shown(log)
  }

  #send(tap: Tap, line: string): void {
    const { response } = tap
    if (response.writableLength > maxWaitingBytes) {
      tap.skipped++
      return
    }
    if (tap.skipped > 0) response.write(`${JSON.stringify({ skipped: tap.skipped })}\n`)
    tap.skipped = 0
    response.write(line)
    if (--tap.left > 0) return
    this.#taps.delete(tap)
    response.end()
  }
}

function shown({ timestamp, body, level, service, host, attributes, resource }: DecodedLog): object {
  return { timestamp: String(timestamp), body, level, service, host, attributes, resource }
}

function isSame(before: object | undefined, after: object | null | undefined): boolean {
  return after !== null && JSON.stringify(before) === JSON.stringify(after)
}
