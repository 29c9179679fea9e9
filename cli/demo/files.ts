import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogRecordInput } from '../../lib/otlp/index.ts'
import type { Told } from './story.ts'

/** Writes what services say to one file each, as services do: Node and Python as JSON, Java and Go as plain text. */
export class LogFiles {
  readonly #folder: string
  #made: Promise<unknown> | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  async write({ service, logs }: Told): Promise<void> {
    this.#made ??= mkdir(this.#folder, { recursive: true })
    await this.#made
    const isJson = service.language === 'nodejs' || service.language === 'python'
    const lines = logs.map(log => (isJson ? jsonLine(log) : plainLine(log)))
    await appendFile(join(this.#folder, `${service.name}.log`), `${lines.join('\n')}\n`)
  }
}

function timeOf({ time }: LogRecordInput): string {
  return new Date(time.seconds * 1000 + time.nanos / 1_000_000).toISOString()
}

function jsonLine(log: LogRecordInput): string {
  const { body, severityText, attributes, traceId, spanId } = log
  const level = severityText.toLowerCase()
  return JSON.stringify({
    time: timeOf(log),
    level,
    msg: body,
    ...attributes,
    trace_id: traceId,
    span_id: spanId,
  })
}

function plainLine(log: LogRecordInput): string {
  return `${timeOf(log)} ${log.severityText.padEnd(5)} [${log.traceId}] ${String(log.body)}`
}
