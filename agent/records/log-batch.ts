import type { ServiceRun } from '../../lib/ledger/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'
import { RecordDraft } from './draft.ts'
import type { RecordFilter } from './filter.ts'
import { RequestWriter } from './request-writer.ts'

/** Bytes after which a request is closed and the next one begun: compressed, some of them make one batch. */
const requestBytes = 500_000
const firstBytes = 16_384
const none = Buffer.alloc(0)

/** One OTLP request of one source, ready for the spool. */
export interface SourceRequest {
  signal: Signal
  value: Buffer
  /** Log records, data points or spans in it. */
  lines: number
  /** Records that came with it and were dropped, by rule. */
  dropped?: Readonly<Record<string, number>>
  /** Whose they are, in order; undefined where that was not looked at. */
  services?: readonly ServiceRun[] | undefined
  /** Another topic than the signal's; '' for that one. */
  topic?: string
}

/**
 * Gathers the records of something that was pushed: fill `draft`, call `add`, and at the end `finish` for the requests.
 * Rules are applied on the way; records for different topics go into requests of their own.
 *
 * @example
 * const batch = new LogBatch(noFilter, 0)
 * batch.draft.setBody(Buffer.from('hello'), 0, 5)
 * batch.add()
 * batch.finish().length // => 1
 */
export class LogBatch {
  readonly draft = new RecordDraft()
  readonly #filter: RecordFilter
  readonly #observedMs: number
  readonly #open = new Map<string, RequestWriter>()
  readonly #done: SourceRequest[] = []
  #dropped = 0

  constructor(filter: RecordFilter, observedMs: number) {
    this.#filter = filter
    this.#observedMs = observedMs
  }

  /** Takes the draft as it stands and clears it for the next record; its origin stays. */
  add(): void {
    const { draft } = this
    if (this.#filter.apply(draft)) this.#write(draft)
    else this.#dropped++
    draft.clear()
  }

  /** The requests of all that was added. What was dropped is said with the first; where nothing is left, with an empty one. */
  finish(): SourceRequest[] {
    while (this.#filter.flush?.(this.draft)) this.#write(this.draft)
    this.draft.clear()
    for (const [topic, writer] of this.#open) this.#close(topic, writer)
    if (this.#dropped === 0) return this.#done
    const [first = { signal: 'logs', value: none, lines: 0, topic: '' } as const, ...rest] = this.#done
    return [{ ...first, dropped: this.#filter.takeDropped() }, ...rest]
  }

  #write(draft: RecordDraft): void {
    let writer = this.#open.get(draft.topic)
    if (writer === undefined) {
      writer = new RequestWriter(firstBytes)
      writer.open(none, this.#observedMs)
      this.#open.set(draft.topic, writer)
    }
    writer.add(draft)
    if (writer.length > requestBytes) this.#close(draft.topic, writer)
  }

  #close(topic: string, writer: RequestWriter): void {
    if (writer.count === 0) return
    const lines = writer.count
    const services = writer.services()
    this.#done.push({ signal: 'logs', value: Buffer.from(writer.close()), lines, services, topic })
    writer.open(none, this.#observedMs)
  }
}
