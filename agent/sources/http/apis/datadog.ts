import {
  jsonReply,
  type PushApi,
  type PushContext,
  type PushReply,
  type PushRequest,
} from '../../../listen/push-api.ts'
import { invalidPush } from '../../../listen/serve-apis.ts'
import { type FieldsContext, FieldsReader } from '../../../records/from-fields.ts'
import { originOf } from '../../../records/origin.ts'
import { type Fields, isFields, jsonValues } from './json-values.ts'

const textTypes = /^(text\/plain|application\/logplex-1)\b/
const queryKeys = ['ddsource', 'ddtags', 'hostname', 'service'] as const

/**
 * Datadog's log intake, versions 1 and 2, as its agent, Vector and Fluent Bit send to it. Tags become attributes.
 * Source: https://docs.datadoghq.com/api/latest/logs/#send-logs
 */
export const datadogApi: PushApi = {
  name: 'datadog',
  routes: context => [
    {
      methods: ['POST'],
      path: /^\/(api\/v2\/logs|v1\/input(\/[^/]+)?)$/,
      handle: request => take(context, request),
    },
    { methods: ['GET'], path: /^\/api\/v1\/validate$/, handle: () => jsonReply(200, { valid: true }) },
  ],
  refusal: (status, message) => jsonReply(status, { errors: [{ status: String(status), title: message }] }),
}

async function take(
  { intake, hostName, clock, parse }: PushContext,
  { body, path, headers, query, key }: PushRequest,
): Promise<PushReply> {
  const batch = intake.logs()
  const fields = new FieldsReader(batch.draft, () => clock.nowMs(), parse)
  batch.draft.origin = originOf({ service: 'datadog', host: hostName, scope: 'millrace.datadog' })
  const isText = textTypes.test(headers['content-type'] ?? '')
  for (const record of isText ? linesOf(body, query) : logsOf(body)) {
    fields.read(...read(record))
    batch.add()
  }
  await intake.take(batch.finish(), key)
  return path === '/api/v2/logs' ? jsonReply(202, {}) : jsonReply(200, {})
}

function* logsOf(body: Buffer): Iterable<Fields> {
  for (const value of jsonValues(body))
    for (const record of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (!isFields(record)) throw invalidPush('a log is an object with a message')
      yield record
    }
}

/** One log a line; what is known of all of them stands in the query. */
function* linesOf(body: Buffer, query: URLSearchParams): Iterable<Fields> {
  const known = Object.fromEntries(queryKeys.flatMap(key => (query.has(key) ? [[key, query.get(key)]] : [])))
  for (const line of body.toString('utf8').split(/\r?\n/)) if (line !== '') yield { ...known, message: line }
}

function read(record: Fields): [Fields, FieldsContext] {
  const { ddtags, ddsource, message, timestamp, status, ...rest } = record
  const tags = typeof ddtags === 'string' ? tagsOf(ddtags) : {}
  const source = typeof ddsource === 'string' && ddsource !== '' ? { ddsource } : {}
  const level = typeof status === 'string' ? { level: status } : {}
  const time = timestamp === undefined ? {} : { timestamp }
  const body = typeof message === 'string' ? { body: message } : {}
  const text = typeof message === 'string' || message === undefined ? {} : { message }
  return [
    { ...rest, ...text, ...level, ...time, ...tags },
    { ...body, attributes: source },
  ]
}

/** `env:prod,team:core,alone`. */
function tagsOf(text: string): Record<string, string> {
  const pairs = text
    .split(',')
    .map(tag => tag.trim())
    .filter(tag => tag !== '')
    .map(tag => {
      const at = tag.indexOf(':')
      return at < 0 ? ([tag, 'true'] as const) : ([tag.slice(0, at), tag.slice(at + 1)] as const)
    })
  return Object.fromEntries(pairs)
}
