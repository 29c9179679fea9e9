import { type DecodedLog, decodeLogs, type OtlpJson, protobufToJson } from '../../../lib/otlp/index.ts'
import { RecordDraft } from '../../records/draft.ts'
import { originOf } from '../../records/origin.ts'
import { RequestWriter } from '../../records/request-writer.ts'
import { LineParser, type ParseMode } from '../line-parser.ts'
import { utc } from '../time/zone.ts'

export const readAtMs = Date.UTC(2026, 10, 28, 17, 10)

export interface ReadLine extends DecodedLog {
  /** Whether the line says its time. */
  hasTime: boolean
}

export interface LineReaderOptions {
  mode?: ParseMode
  namesService?: boolean
}

/** Reads lines as a source does, each into a request of its own. */
export class LineReader {
  readonly #draft = new RecordDraft()
  readonly #out = new RequestWriter(65_536)
  readonly #parser: LineParser

  constructor({ mode = 'auto', namesService = true }: LineReaderOptions = {}) {
    this.#draft.origin = originOf({ service: 'file', host: 'machine', scope: 'millrace.file' })
    this.#parser = new LineParser(this.#draft, mode, utc, () => readAtMs, namesService)
  }

  read(line: string | Buffer): ReadLine {
    const request = this.request(Buffer.from(line))
    const [log] = decodeLogs(request, readAtMs)
    if (log === undefined) throw new Error('no record was written')
    return { ...log, hasTime: this.#draft.seconds >= 0 }
  }

  /** The record as OTLP/JSON. */
  readJson(line: string | Buffer): OtlpJson {
    return protobufToJson('logs', this.request(Buffer.from(line)))
  }

  /** What stands around a line in its buffer must make no difference. */
  request(line: Buffer, before = '2026 {"', after = ' UTC"}'): Buffer {
    const around = Buffer.concat([Buffer.from(before), line, Buffer.from(after)])
    const start = Buffer.byteLength(before)
    this.#out.open(Buffer.alloc(0), readAtMs)
    this.#parser.read(around, start, start + line.length, true, false)
    this.#out.add(this.#draft)
    const request = this.#out.close()
    const copy = Buffer.from(request)
    this.#out.reuse(request)
    return copy
  }
}
