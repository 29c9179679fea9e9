import type { Span, SpanKindName, SpanStatusName } from '../../lib/traceql/index.ts'

/** A small generator of numbers: the same seed, the same traces. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 0x1_0000_0000) * below)
  }
}

const services = ['web', 'cart', 'db', '']
const names = ['GET /cart', 'SELECT', 'checkout', '']
const kinds: SpanKindName[] = ['server', 'client', 'internal', 'producer', 'consumer', 'unspecified']
const statuses: SpanStatusName[] = ['unset', 'ok', 'error']
const values = [
  '',
  'true',
  'false',
  '200',
  '500',
  '1e3',
  '-3',
  '0x10',
  ' 7',
  'abc',
  'Äpfel',
  'Infinity',
  '1.5',
]
const keys = ['http.status_code', 'a', 'b', 'flag', 'we ird', 'region']

function pick<T>(random: (below: number) => number, list: readonly T[]): T {
  return list[random(list.length)] as T
}

function attributesOf(random: (below: number) => number, most: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: random(most + 1) }, () => [pick(random, keys), pick(random, values)]),
  )
}

/** Mostly an earlier span; now and then none, or one that is not there. */
function parentOf(random: (below: number) => number, before: readonly string[]): string {
  if (before.length === 0) return random(6) > 0 ? '' : 'f'.repeat(16)
  return random(8) === 0 ? 'f'.repeat(16) : pick(random, before)
}

/** Traces of all shapes: deep and wide ones, without a root, with several. Their spans lie within a minute from `startNs` on. */
export function madeTraces(seed: number, count: number, startNs: bigint): Span[][] {
  const random = randomOf(seed)
  return Array.from({ length: count }, (_, i) => {
    const traceId = (i + 1).toString(16).padStart(32, 'a')
    const ids = Array.from({ length: 1 + random(9) }, (_, k) =>
      (i * 100 + k + 1).toString(16).padStart(16, '0'),
    )
    return ids.map((spanId, k): Span => {
      const service = pick(random, services)
      const spanStart = startNs + BigInt(random(50_000)) * 1_000_000n
      return {
        traceId,
        spanId,
        parentSpanId: parentOf(random, ids.slice(0, k)),
        traceState: '',
        name: pick(random, names),
        kind: pick(random, kinds),
        service,
        resource: {
          ...(service === '' ? {} : { 'service.name': service }),
          ...(random(2) === 0 ? { region: pick(random, values) } : {}),
        },
        scopeName: pick(random, ['tracer', '']),
        scopeVersion: '1',
        scopeAttributes: attributesOf(random, 2),
        attributes: attributesOf(random, 4),
        startNs: spanStart,
        durationNs: pick(random, [0, 1_000, 250_000_000, 1_500_000_000, random(10_000_000)]),
        status: pick(random, statuses),
        statusMessage: pick(random, ['', 'timeout', 'Boom']),
        events: Array.from({ length: random(3) }, (_, e) => ({
          timeNs: spanStart + BigInt(e * 1_000),
          name: pick(random, ['exception', 'retry']),
          attributes: attributesOf(random, 2),
        })),
        links: Array.from({ length: random(2) }, () => ({
          traceId: 'b'.repeat(32),
          spanId: 'c'.repeat(16),
          traceState: '',
          attributes: attributesOf(random, 1),
        })),
      }
    })
  })
}

const keyValues = (attributes: Readonly<Record<string, string>>) =>
  Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }))

/** The spans as an OTLP/JSON request: a resource for each. */
export function toRequest(spans: readonly Span[]): object {
  const kindNumbers = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer']
  return {
    resourceSpans: spans.map(span => ({
      resource: { attributes: keyValues(span.resource) },
      scopeSpans: [
        {
          scope: {
            name: span.scopeName,
            version: span.scopeVersion,
            attributes: keyValues(span.scopeAttributes),
          },
          spans: [
            {
              traceId: span.traceId,
              spanId: span.spanId,
              parentSpanId: span.parentSpanId,
              name: span.name,
              kind: kindNumbers.indexOf(span.kind),
              startTimeUnixNano: String(span.startNs),
              endTimeUnixNano: String(span.startNs + BigInt(span.durationNs)),
              attributes: keyValues(span.attributes),
              status: { code: statuses.indexOf(span.status), message: span.statusMessage },
              events: span.events.map(({ timeNs, name, attributes }) => ({
                timeUnixNano: String(timeNs),
                name,
                attributes: keyValues(attributes),
              })),
              links: span.links.map(({ traceId, spanId, attributes }) => ({
                traceId,
                spanId,
                attributes: keyValues(attributes),
              })),
            },
          ],
        },
      ],
    })),
  }
}
