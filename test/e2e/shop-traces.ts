/** A minute of a small shop, ten minutes ago: what the tests of the APIs for traces ask about. */
export const shopStartMs = Math.floor(Date.now() / 60_000) * 60_000 - 600_000
export const failedId = '0af7651916cd43dd8448eb211c80319c'
export const plainId = '0af7651916cd43dd8448eb211c803101'
export const nanos = (ms: number) => String(BigInt(Math.round((shopStartMs + ms) * 1000)) * 1000n)

type Value = string | number | boolean
const attributes = (all: Record<string, Value>) =>
  Object.entries(all).map(([key, value]) => ({
    key,
    value:
      typeof value === 'string'
        ? { stringValue: value }
        : typeof value === 'boolean'
          ? { boolValue: value }
          : Number.isInteger(value)
            ? { intValue: String(value) }
            : { doubleValue: value },
  }))

interface Given {
  traceId: string
  spanId: string
  parent?: string
  name: string
  kind: number
  atMs: number
  lastsMs: number
  attributes?: Record<string, Value>
  isError?: boolean
  events?: object[]
}

function span({ traceId, spanId, parent = '', name, kind, atMs, lastsMs, isError, ...rest }: Given): object {
  return {
    traceId,
    spanId,
    parentSpanId: parent,
    name,
    kind,
    startTimeUnixNano: nanos(atMs),
    endTimeUnixNano: nanos(atMs + lastsMs),
    attributes: attributes(rest.attributes ?? {}),
    status: isError === true ? { code: 2, message: 'card refused' } : {},
    events: rest.events ?? [],
  }
}

const of = (service: string, spans: object[]) => ({
  resource: { attributes: attributes({ 'service.name': service, 'host.name': 'h1', region: 'eu' }) },
  scopeSpans: [
    { scope: { name: 'tracer', version: '1.2', attributes: attributes({ library: 'http' }) }, spans },
  ],
})

/** web serves a checkout, asks cart, which fails, and cart a database; web serves a page of its own. */
export const shopTraces = {
  resourceSpans: [
    of('web', [
      span({
        traceId: failedId,
        spanId: '00000000000000a1',
        name: 'POST /checkout',
        kind: 2,
        atMs: 1_000,
        lastsMs: 500,
        attributes: { 'http.route': '/checkout', 'http.status_code': 500, cached: false, ratio: 0.25 },
        isError: true,
      }),
      span({
        traceId: failedId,
        spanId: '00000000000000a2',
        parent: '00000000000000a1',
        name: 'pay',
        kind: 3,
        atMs: 1_050,
        lastsMs: 400,
      }),
      span({
        traceId: plainId,
        spanId: '00000000000000b1',
        name: 'GET /',
        kind: 2,
        atMs: 20_000,
        lastsMs: 20,
        attributes: { 'http.route': '/', 'http.status_code': 200 },
      }),
    ]),
    of('cart', [
      span({
        traceId: failedId,
        spanId: '00000000000000a3',
        parent: '00000000000000a2',
        name: 'Pay',
        kind: 2,
        atMs: 1_100,
        lastsMs: 300,
        isError: true,
        events: [
          {
            timeUnixNano: nanos(1_200),
            name: 'exception',
            attributes: attributes({ 'exception.type': 'CardError' }),
          },
        ],
      }),
      span({
        traceId: failedId,
        spanId: '00000000000000a4',
        parent: '00000000000000a3',
        name: 'SELECT',
        kind: 3,
        atMs: 1_150,
        lastsMs: 100,
        attributes: { 'db.system': 'postgresql' },
      }),
    ]),
  ],
}

/** One line within the failed checkout. */
export const shopLogs = {
  resourceLogs: [
    {
      resource: { attributes: attributes({ 'service.name': 'cart', 'host.name': 'h1' }) },
      scopeLogs: [
        {
          logRecords: [
            {
              timeUnixNano: nanos(1_200),
              severityNumber: 17,
              body: { stringValue: 'card refused' },
              traceId: failedId,
              spanId: '00000000000000a3',
            },
            { timeUnixNano: nanos(1_200), body: { stringValue: 'of no trace' } },
          ],
        },
      ],
    },
  ],
}
