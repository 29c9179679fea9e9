import { type LogRecordInput, nanosOfMs, type SpanInput } from '../../lib/otlp/index.ts'
import { Random } from './random.ts'
import { chooseServices, type Service } from './services.ts'

/** What one service wrote while it served: to be sent under its resource. */
export interface Told {
  service: Service
  logs: LogRecordInput[]
  spans: SpanInput[]
}

/** A request as a metric sees it. */
export interface Served {
  service: Service
  route: string
  method: string
  status: number
  durationMs: number
}

const severities = {
  debug: [5, 'DEBUG'],
  info: [9, 'INFO'],
  warn: [13, 'WARN'],
  error: [17, 'ERROR'],
} as const
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64)',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1)',
  'okhttp/5.1',
  'curl/8.11',
]
/** Once in so long payments go bad for a while: something to find on the page. */
const incidentEveryMs = 300_000
const incidentMs = 45_000
const maxCallDepth = 4

/**
 * Tells what happens in a small shop: requests that travel through services, each with spans and log lines of one trace,
 * slow ones and failing ones among them, and now and then an incident. Pure: the seed and the clock decide everything.
 */
export class Story {
  readonly services: readonly Service[]
  readonly #random: Random
  /** Of their own: told once more at another time, it is other requests that it tells of. */
  readonly #ids: Random
  readonly #byName: Map<string, Service>
  readonly #startMs: number

  constructor(seed: number, services: number, startMs: number) {
    this.#random = new Random(seed)
    this.#ids = new Random(Math.imul(seed + 1, 0x9e3779b1) ^ startMs)
    this.services = chooseServices(services)
    this.#byName = new Map(this.services.map(service => [service.name, service]))
    this.#startMs = startMs
  }

  /** One request that began at `startMs`, and everything that came of it. */
  request(startMs: number): { told: Told[]; served: Served[]; lines: number } {
    const told = new Map<Service, Told>()
    const served: Served[] = []
    const entry = this.#random.pick(this.services, 1.6)
    const traceId = this.#ids.hex(32)
    this.#serve({ service: entry, startMs, traceId, parent: undefined, depth: 0, told, served })
    const all = [...told.values()]
    return { told: all, served, lines: all.reduce((sum, { logs }) => sum + logs.length, 0) }
  }

  #serve(call: Call): { durationMs: number; failed: boolean } {
    const random = this.#random
    const { service, startMs, traceId, depth } = call
    const { method, route, medianMs } = random.pick(service.routes, 1.4)
    const spanId = this.#ids.hex(16)
    const bad = this.#isIncident(startMs) && service.name.startsWith('payments')
    let durationMs = random.latency(bad ? medianMs * 8 : medianMs, 0.5)
    let failed = random.chance(bad ? 0.4 : service.errorShare)
    for (const name of service.calls) {
      const callee = this.#byName.get(name)
      if (callee === undefined || depth >= maxCallDepth || !random.chance(0.45)) continue
      const below = this.#serve({
        ...call,
        service: callee,
        startMs: startMs + durationMs / 2,
        parent: spanId,
        depth: depth + 1,
      })
      durationMs += below.durationMs
      failed ||= below.failed && random.chance(0.7)
    }
    const status = failed
      ? random.pick([500, 502, 503, 504])
      : random.pick([200, 200, 200, 201, 204, 304, 404], 2)
    call.served.push({ service, route, method, status, durationMs })
    const here: Here = { service, startMs, durationMs, traceId, spanId, method, route, status, failed }
    this.#tell(call, here)
    return { durationMs, failed }
  }

  #tell({ told, parent }: Call, here: Here): void {
    const { service } = here
    const told1 = told.get(service) ?? { service, logs: [], spans: [] }
    told.set(service, told1)
    told1.logs.push(...this.#lines(here))
    told1.spans.push({
      traceId: here.traceId,
      spanId: here.spanId,
      ...(parent === undefined ? {} : { parentSpanId: parent }),
      name: `${here.method} ${here.route}`,
      kind: 'server',
      start: nanosOfMs(here.startMs),
      end: nanosOfMs(here.startMs + here.durationMs),
      attributes: {
        'http.request.method': here.method,
        'http.route': here.route,
        'http.response.status_code': here.status,
      },
      status: here.failed ? 'error' : 'unset',
    })
  }

  #lines(here: Here): LogRecordInput[] {
    const random = this.#random
    const { service, startMs, durationMs, method, status } = here
    const user = `u${random.below(5_000)}`
    const path = here.route.replace(':id', `p${random.below(20_000)}`).replace(':user', user)
    const lines: LogRecordInput[] = []
    for (let i = random.below(3); i > 0; i--) {
      const level = random.chance(0.15) ? 'debug' : 'info'
      const at = startMs + durationMs * random.next()
      lines.push(record(here, at, level, random.pick(service.says, 1.3), { 'user.id': user }))
    }
    if (durationMs > 600 && !here.failed)
      lines.push(
        record(here, startMs + durationMs, 'warn', `slow request: ${durationMs.toFixed(0)} ms`, { path }),
      )
    if (here.failed) lines.push(this.#errorLine(here))
    const access = `${method} ${path} ${status} ${durationMs.toFixed(1)}ms`
    lines.push(
      record(here, startMs + durationMs, status >= 500 ? 'error' : 'info', access, {
        'http.request.method': method,
        'http.response.status_code': status,
        'url.path': path,
        'http.server.duration_ms': Math.round(durationMs * 10) / 10,
        'client.address': `10.${random.below(4)}.${random.below(255)}.${random.below(255)}`,
        'user_agent.original': random.pick(agents),
      }),
    )
    return lines
  }

  #errorLine(here: Here): LogRecordInput {
    const error = this.#random.pick(here.service.errors)
    const stack = error.stack.map(frame => `    ${frame}`).join('\n')
    const body = `${error.type}: ${error.message}\n${stack}`
    return record(here, here.startMs + here.durationMs, 'error', body, {
      'exception.type': error.type,
      'exception.message': error.message,
    })
  }

  #isIncident(nowMs: number): boolean {
    return (nowMs - this.#startMs) % incidentEveryMs > incidentEveryMs - incidentMs
  }
}

interface Call {
  service: Service
  startMs: number
  traceId: string
  parent: string | undefined
  depth: number
  told: Map<Service, Told>
  served: Served[]
}

interface Here {
  service: Service
  startMs: number
  durationMs: number
  traceId: string
  spanId: string
  method: string
  route: string
  status: number
  failed: boolean
}

function record(
  { traceId, spanId }: Here,
  atMs: number,
  level: keyof typeof severities,
  body: string,
  attributes: LogRecordInput['attributes'],
): LogRecordInput {
  const [severityNumber, severityText] = severities[level]
  const time = nanosOfMs(atMs)
  return { time, observed: time, severityNumber, severityText, body, attributes, traceId, spanId }
}
