import { codeOf } from '../../../../lib/base/index.ts'
import {
  jsonReply,
  type PushApi,
  type PushContext,
  type PushReply,
  type PushRequest,
} from '../../../listen/push-api.ts'
import { metricRequests, type ResourceMetrics } from '../../../metrics/metric-batch.ts'
import { type FieldsContext, FieldsReader } from '../../../records/from-fields.ts'
import { originOf } from '../../../records/origin.ts'
import { type Fields, isFields, jsonValues } from './json-values.ts'
import { isMetric, splunkMetricsOf } from './splunk-metrics.ts'

/** Channels whose acknowledgements are counted; the longest unused is forgotten. */
const maxChannels = 10_000

/** Splunk's codes for refusals, by HTTP status. */
const codes: Readonly<Record<number, { code: number; text: string }>> = {
  400: { code: 6, text: 'Invalid data format' },
  401: { code: 2, text: 'Token is required' },
  413: { code: 6, text: 'Request entity too large' },
  429: { code: 9, text: 'Server is busy' },
  503: { code: 9, text: 'Server is busy' },
}

/**
 * Splunk's HTTP Event Collector: events, metrics, raw lines, health, acknowledgements. A request is answered when its events are
 * durable, so every acknowledgement asked for later is true.
 * Source: https://docs.splunk.com/Documentation/Splunk/latest/RESTREF/RESTinput#services.2Fcollector
 */
export const splunkApi: PushApi = {
  name: 'splunk',
  routes: context => {
    const acks = new Map<string, number>()
    return [
      {
        methods: ['POST'],
        path: /^\/services\/collector(\/event(\/1\.0)?)?$/,
        handle: request => takeEvents(context, acks, request),
      },
      {
        methods: ['POST'],
        path: /^\/services\/collector\/raw(\/1\.0)?$/,
        handle: request => takeRaw(context, acks, request),
      },
      {
        methods: ['POST'],
        path: /^\/services\/collector\/ack(\/1\.0)?$/,
        handle: request => answerAcks(acks, request),
      },
      {
        methods: ['GET'],
        path: /^\/services\/collector\/health(\/1\.0)?$/,
        handle: () => jsonReply(200, { text: 'HEC is healthy', code: 17 }),
      },
    ]
  },
  refusal: (status, message) => {
    const { code, text } = codes[status] ?? { code: 8, text: 'Internal server error' }
    return jsonReply(status, { text, code, detail: message })
  },
}

async function takeEvents(
  { intake, hostName, clock, parse }: PushContext,
  acks: Map<string, number>,
  request: PushRequest,
): Promise<PushReply> {
  const batch = intake.logs()
  const fields = new FieldsReader(batch.draft, () => clock.nowMs(), parse)
  batch.draft.origin = originOf({ service: 'splunk', host: hostName, scope: 'millrace.splunk' })
  const metrics: ResourceMetrics[] = []
  let count = 0
  let problem: Problem | undefined
  for (const value of eventsOf(request.body)) {
    problem = problemOf(value)
    if (problem !== undefined) break
    const event = value as Fields
    const measured = splunkMetricsOf(event, clock.nowMs(), hostName)
    if (measured === undefined) {
      fields.read(...read(event))
      batch.add()
    } else metrics.push(measured)
    count++
  }
  if (count > 0) await intake.take([...batch.finish(), ...metricRequests(byHost(metrics))], request.key)
  // those before it are taken, as Splunk does: the number says from where on to send again
  if (problem !== undefined) return jsonReply(400, { ...problem, 'invalid-event-number': count })
  return count === 0 ? jsonReply(400, { text: 'No data', code: 5 }) : success(acks, request)
}

/** The events one after the other; an error in the place of what is no JSON. */
function* eventsOf(body: Buffer): Iterable<unknown> {
  try {
    yield* jsonValues(body)
  } catch (error) {
    if (codeOf(error) !== 'PUSH_INVALID') throw error
    yield error
  }
}

/** Of one host together, so that they are one request. */
function byHost(all: readonly ResourceMetrics[]): ResourceMetrics[] {
  const groups = Map.groupBy(all, ({ resource }) => resource['host.name'])
  return [...groups.values()].flatMap(group => {
    const [first] = group
    return first === undefined ? [] : [{ ...first, metrics: group.flatMap(({ metrics }) => metrics) }]
  })
}

interface Problem {
  text: string
  code: number
  detail?: string
}

function problemOf(value: unknown): Problem | undefined {
  if (value instanceof Error) return { text: 'Invalid data format', code: 6, detail: value.message }
  if (!isFields(value)) return { text: 'Invalid data format', code: 6, detail: 'an event is an object' }
  return eventProblemOf(value)
}

function eventProblemOf(value: Fields): { text: string; code: number } | undefined {
  const { event } = value
  if (isMetric(value)) return undefined
  if (event === undefined || event === null) return { text: 'Event field is required', code: 12 }
  return event === '' ? { text: 'Event field cannot be blank', code: 13 } : undefined
}

function read({ event, time, host, source, sourcetype, index, fields }: Fields): [Fields, FieldsContext] {
  const own = isFields(event) ? event : {}
  const named = Object.entries({ source, sourcetype, index }).filter(([, value]) => typeof value === 'string')
  const extra = isFields(fields) ? fields : {}
  return [
    { ...(time === undefined ? {} : { time }), ...own, ...extra },
    {
      ...(isFields(event) ? {} : { body: typeof event === 'string' ? event : JSON.stringify(event) }),
      ...(typeof host === 'string' && host !== '' ? { host } : {}),
      ...(typeof sourcetype === 'string' ? { service: sourcetype } : {}),
      attributes: Object.fromEntries(named.map(([key, value]) => [key, String(value)])),
    },
  ]
}

/** One record a line; what Splunk knows of them, and their time where all have the same, stands in the query. */
async function takeRaw(
  { intake, hostName, clock, parse }: PushContext,
  acks: Map<string, number>,
  request: PushRequest,
): Promise<PushReply> {
  const { body, query } = request
  const batch = intake.logs()
  const fields = new FieldsReader(batch.draft, () => clock.nowMs(), parse)
  const service = query.get('sourcetype') ?? 'splunk'
  batch.draft.origin = originOf({ service, host: query.get('host') ?? hostName, scope: 'millrace.splunk' })
  const lines = body
    .toString('utf8')
    .split(/\r?\n/)
    .filter(line => line !== '')
  const time = query.get('time')
  if (lines.length === 0) return jsonReply(400, { text: 'No data', code: 5 })
  for (const line of lines) {
    fields.read(time === null ? {} : { time }, { body: line })
    batch.add()
  }
  await intake.take(batch.finish(), request.key)
  return success(acks, request)
}

function success(acks: Map<string, number>, { headers, query }: PushRequest): PushReply {
  const channel = channelOf(headers, query)
  if (channel === undefined) return jsonReply(200, { text: 'Success', code: 0 })
  const ackId = acks.get(channel) ?? 0
  acks.delete(channel)
  acks.set(channel, ackId + 1)
  for (const oldest of acks.keys()) {
    if (acks.size <= maxChannels) break
    acks.delete(oldest)
  }
  return jsonReply(200, { text: 'Success', code: 0, ackId })
}

function channelOf(headers: PushRequest['headers'], query: URLSearchParams): string | undefined {
  const header = headers['x-splunk-request-channel']
  return typeof header === 'string' ? header : (query.get('channel') ?? undefined)
}

function answerAcks(acks: ReadonlyMap<string, number>, { headers, query, body }: PushRequest): PushReply {
  const channel = channelOf(headers, query)
  if (channel === undefined) return jsonReply(400, { text: 'Data channel is missing', code: 10 })
  const [asked] = [...jsonValues(body)]
  const ids = isFields(asked) && Array.isArray(asked['acks']) ? (asked['acks'] as unknown[]) : []
  const given = acks.get(channel) ?? 0
  return jsonReply(200, { acks: Object.fromEntries(ids.map(id => [String(id), Number(id) < given])) })
}
