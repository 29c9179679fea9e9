import type { MetricInput, NumberPoint } from '../../lib/otlp/index.ts'
import type { Service } from './services.ts'
import type { Served } from './story.ts'

const boundsMs = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000]

interface Route {
  attributes: NumberPoint['attributes']
  sumMs: number
  buckets: number[]
}

/** One service's metrics, kept up as it serves. */
export class ServiceFigures {
  readonly #routes = new Map<string, Route>()
  #active = 0

  note({ method, route, status, durationMs }: Served): void {
    const key = `${method} ${route} ${status}`
    const known = this.#routes.get(key) ?? {
      attributes: { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status },
      sumMs: 0,
      buckets: new Array<number>(boundsMs.length + 1).fill(0),
    }
    this.#routes.set(key, known)
    const bucket = boundsMs.findIndex(bound => durationMs <= bound)
    const at = bucket < 0 ? boundsMs.length : bucket
    known.buckets[at] = (known.buckets[at] ?? 0) + 1
    known.sumMs += durationMs
    this.#active = Math.max(this.#active, Math.ceil(durationMs / 50))
  }

  metrics(service: Service, heapShare: number): MetricInput[] {
    const points = [...this.#routes.values()].map(({ attributes, sumMs, buckets }) => ({
      attributes,
      sum: sumMs / 1000,
      buckets,
    }))
    const active = this.#active
    this.#active = 0
    return [
      {
        name: 'http.server.request.duration',
        unit: 's',
        kind: 'histogram',
        bounds: boundsMs.map(ms => ms / 1000),
        points,
      },
      {
        name: 'http.server.active_requests',
        unit: '{request}',
        kind: 'gauge',
        points: [{ value: active, attributes: {} }],
      },
      {
        name: 'process.memory.usage',
        unit: 'By',
        kind: 'gauge',
        points: [
          { value: Math.round(heapShare * 512 * 1_048_576), attributes: { language: service.language } },
        ],
      },
    ]
  }
}
