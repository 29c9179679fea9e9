import { messageOf } from '../../../../lib/base/index.ts'
import { decode } from '../../../listen/body.ts'
import type { PushApi, PushContext, PushReply, PushRequest } from '../../../listen/push-api.ts'
import { invalidPush } from '../../../listen/serve-apis.ts'
import { FieldsReader } from '../../../records/from-fields.ts'
import { originOf } from '../../../records/origin.ts'
import { isFields, jsonValues } from './json-values.ts'
import { type LokiStream, readPushRequest } from './loki-protobuf.ts'

const maxDecodedBytes = 67_108_864
/**
 * Labels that name the service, the first that is there, as Loki finds it, and Compose's.
 * Source: https://grafana.com/docs/loki/latest/get-started/labels/#default-labels-for-all-users
 */
const serviceLabels = [
  'service_name',
  'service',
  'app',
  'application',
  'name',
  'app_kubernetes_io_name',
  'compose_service',
  'container',
  'container_name',
  'k8s_container_name',
  'component',
  'workload',
  'job',
  'k8s_job_name',
]
const levelLabels = ['level', 'detected_level', 'severity', 'lvl']
const hostLabels = ['host', 'hostname', 'instance', 'node_name']

/**
 * Loki's push API, protobuf (in a snappy block) and JSON, with structured metadata: Promtail, Alloy, Fluent Bit, Vector,
 * the Docker driver. A stream's labels become its resource. Answers 204, refuses as text.
 * Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
 */
export const lokiApi: PushApi = {
  name: 'loki',
  routes: context => [
    {
      methods: ['POST'],
      path: /^\/(loki\/api\/v1|api\/prom)\/push$/,
      handle: request => take(context, request),
    },
    { methods: ['GET'], path: /^\/ready$/, handle: () => text(200, 'ready\n') },
  ],
  refusal: (status, message) => text(status, `${message}\n`),
}

function text(status: number, body: string): PushReply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}

async function take(
  { intake, hostName, clock, parse }: PushContext,
  request: PushRequest,
): Promise<PushReply> {
  const streams = await streamsOf(request)
  const batch = intake.logs()
  const fields = new FieldsReader(batch.draft, () => clock.nowMs(), parse)
  for (const { labels, entries } of streams) {
    const service = named(labels, serviceLabels) ?? 'loki'
    const level = named(labels, levelLabels)
    const host = named(labels, hostLabels) ?? hostName
    batch.draft.origin = originOf({ service, host, resource: labels, scope: 'millrace.loki' })
    for (const { time, line, metadata } of entries) {
      fields.read(level === undefined ? metadata : { level, ...metadata }, { time, body: line })
      batch.add()
    }
  }
  await intake.take(batch.finish(), request.key)
  return { status: 204 }
}

function named(labels: Readonly<Record<string, string>>, names: readonly string[]): string | undefined {
  for (const name of names) if (labels[name]) return labels[name]
  return undefined
}

async function streamsOf({ headers, body }: PushRequest): Promise<LokiStream[]> {
  if (headers['content-type']?.includes('json')) return [...jsonValues(body)].flatMap(streamsOfJson)
  // Promtail's older releases say no content encoding for what is always a snappy block
  const isRaw = headers['content-encoding'] === undefined
  return readPushRequest(isRaw ? await unsnapped(body) : body)
}

async function unsnapped(body: Buffer): Promise<Buffer> {
  try {
    return await decode(body, 'snappy', maxDecodedBytes)
  } catch (cause) {
    const hint = 'for JSON say content-type: application/json'
    throw invalidPush(`the body is not protobuf in a snappy block, ${hint}: ${messageOf(cause)}`, cause)
  }
}

function streamsOfJson(value: unknown): LokiStream[] {
  const streams = isFields(value) ? value['streams'] : undefined
  if (!Array.isArray(streams))
    throw invalidPush('found no list of streams, expected {"streams":[{"stream":{…},"values":[…]}]}')
  return streams.map((stream: unknown) => {
    if (!isFields(stream) || !isFields(stream['stream']) || !Array.isArray(stream['values']))
      throw invalidPush('a stream has a map stream and a list values')
    const labels = Object.fromEntries(
      Object.entries(stream['stream']).map(([key, label]) => [key, String(label)]),
    )
    return { labels, entries: stream['values'].map(entryOfJson) }
  })
}

/** `["<nanoseconds>", "<line>", { metadata }]`. */
function entryOfJson(value: unknown): LokiStream['entries'][number] {
  const [time, line, metadata] = Array.isArray(value) ? (value as unknown[]) : []
  if (typeof line !== 'string' || !/^\d{1,19}$/.test(String(time)))
    throw invalidPush(
      'a value is a list of nanoseconds as text, the line, and structured metadata or nothing',
    )
  const nanos = BigInt(String(time))
  return {
    time: { seconds: Number(nanos / 1_000_000_000n), nanos: Number(nanos % 1_000_000_000n) },
    line,
    metadata: isFields(metadata) ? metadata : {},
  }
}
