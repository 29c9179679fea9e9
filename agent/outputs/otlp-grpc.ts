import type { ClientHttp2Session } from 'node:http2'
import { messageOf, nodeHttp2 } from '../../lib/base/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'
import type { Output } from './output.ts'
import { notTaken, refusedForGood } from './refused.ts'

const packages: Readonly<Record<Signal, string>> = {
  logs: 'logs.v1.LogsService',
  metrics: 'metrics.v1.MetricsService',
  traces: 'trace.v1.TraceService',
}
/** gRPC's INVALID_ARGUMENT and UNIMPLEMENTED. */
const forGood: ReadonlySet<string> = new Set(['3', '12'])
const callTimeoutMs = 10_000

/** One connection for all calls, made anew when it is gone. */
export class OverGrpc implements Output {
  readonly #endpoint: string
  readonly #headers: Readonly<Record<string, string>>
  #session: ClientHttp2Session | undefined

  constructor(endpoint: string, headers: Readonly<Record<string, string>>) {
    this.#endpoint = endpoint
    this.#headers = headers
  }

  async send(records: Parameters<Output['send']>[0]): Promise<void> {
    for (const { signal, value } of records) await this.#call(signal, value)
  }

  close(): Promise<void> {
    this.#session?.destroy()
    return Promise.resolve()
  }

  #open(): ClientHttp2Session {
    if (this.#session !== undefined && !this.#session.closed && !this.#session.destroyed) return this.#session
    const session = nodeHttp2().connect(this.#endpoint)
    // calls under way fail by themselves
    session.on('error', () => session.destroy())
    this.#session = session
    return session
  }

  #call(signal: Signal, value: Buffer): Promise<void> {
    const message = Buffer.concat([Buffer.alloc(5), value])
    message.writeUInt32BE(value.length, 1)
    return new Promise((resolve, reject) => {
      const stream = this.#open().request({
        ':method': 'POST',
        ':path': `/opentelemetry.proto.collector.${packages[signal]}/Export`,
        'content-type': 'application/grpc',
        te: 'trailers',
        ...this.#headers,
      })
      let status: string | undefined
      let text = ''
      const note = (headers: Record<string, unknown>): void => {
        if (headers['grpc-status'] === undefined) return
        status = String(headers['grpc-status'])
        text = decoded(String(headers['grpc-message'] ?? ''))
      }
      stream.setTimeout(callTimeoutMs, () => stream.destroy(new Error('no answer in time')))
      stream.on('response', note)
      stream.on('trailers', note)
      stream.on('error', error => reject(notTaken(`cannot reach ${this.#endpoint}: ${messageOf(error)}`)))
      stream.on('close', () => {
        if (status === '0') resolve()
        else if (status !== undefined && forGood.has(status))
          reject(refusedForGood(`${this.#endpoint} refused: ${text}`))
        else reject(notTaken(`${this.#endpoint} answered with gRPC status ${status ?? 'none'}: ${text}`))
      })
      stream.resume()
      stream.end(message)
    })
  }
}

/** What is not percent-encoded as it should be is shown as it came. Source: gRPC over HTTP2, Status-Message. */
function decoded(message: string): string {
  try {
    return decodeURIComponent(message)
  } catch (error) {
    if (error instanceof URIError) return message
    throw error
  }
}
