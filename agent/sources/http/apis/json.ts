import { parseWrittenJson } from '../../../../lib/base/index.ts'
import {
  jsonReply,
  type PushApi,
  type PushContext,
  type PushReply,
  type PushRequest,
} from '../../../listen/push-api.ts'
import { invalidPush } from '../../../listen/serve-apis.ts'
import { FieldsReader } from '../../../records/from-fields.ts'
import { originOf } from '../../../records/origin.ts'
import { type Fields, isFields, jsonValues } from './json-values.ts'

/**
 * Objects of JSON at `POST /json`: one a line, in an array or one after the other, as Vector's `http` sink, Fluent Bit's
 * `http` output and scripts send them. `service` and `host` may stand in the query. Answers 204.
 */
export const jsonApi: PushApi = {
  name: 'json',
  routes: context => [
    { methods: ['POST', 'PUT'], path: /^\/json\/?$/, handle: request => take(context, request) },
  ],
  refusal: (status, message) => jsonReply(status, { error: message }),
}

async function take(
  { intake, hostName, clock, parse }: PushContext,
  { body, query, key }: PushRequest,
): Promise<PushReply> {
  const batch = intake.logs()
  const fields = new FieldsReader(batch.draft, () => clock.nowMs(), parse)
  const service = query.get('service') ?? 'json'
  batch.draft.origin = originOf({ service, host: query.get('host') ?? hostName, scope: 'millrace.json' })
  for (const value of jsonValues(body, parseWrittenJson)) {
    for (const record of Array.isArray(value) ? value : [value]) {
      fields.read(recordOf(record))
      batch.add()
    }
  }
  await intake.take(batch.finish(), key)
  return { status: 204 }
}

/** A text is a record with a message. */
function recordOf(value: unknown): Fields {
  if (typeof value === 'string') return { message: value }
  if (isFields(value)) return value
  throw invalidPush(
    `found ${JSON.stringify(value)?.slice(0, 60)}, expected an object or a text for each record`,
  )
}
