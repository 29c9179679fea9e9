import type { ServiceRun } from '../../../lib/ledger/index.ts'
import type { RecordDraft } from '../../records/draft.ts'
import { RequestWriter } from '../../records/request-writer.ts'

const firstBytes = 65_536
const none = Buffer.alloc(0)

export interface RoutedRequest {
  topic: string
  value: Buffer
  lines: number
  services: readonly ServiceRun[] | undefined
}

/** Rows that rules send to topics of their own, gathered by topic. */
export class RoutedRows {
  readonly #writers = new Map<string, RequestWriter>()

  add(draft: RecordDraft, nowMs: number): void {
    let writer = this.#writers.get(draft.topic)
    if (writer === undefined) {
      writer = new RequestWriter(firstBytes)
      writer.open(none, nowMs)
      this.#writers.set(draft.topic, writer)
    }
    writer.add(draft)
  }

  /** What was gathered, once. */
  take(): RoutedRequest[] {
    const requests = [...this.#writers].map(([topic, writer]) => {
      const lines = writer.count
      return { topic, lines, services: writer.services(), value: Buffer.from(writer.close()) }
    })
    this.#writers.clear()
    return requests.filter(({ lines }) => lines > 0)
  }
}
