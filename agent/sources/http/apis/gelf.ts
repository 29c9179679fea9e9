import { severityOfPriority } from '../../../lines/priority.ts'
import {
  jsonReply,
  type PushApi,
  type PushContext,
  type PushReply,
  type PushRequest,
} from '../../../listen/push-api.ts'
import { invalidPush } from '../../../listen/serve-apis.ts'
import { FieldsReader } from '../../../records/from-fields.ts'
import type { LogBatch } from '../../../records/log-batch.ts'
import { originOf } from '../../../records/origin.ts'
import { type Fields, isFields, jsonValues } from './json-values.ts'

/**
 * Graylog's GELF over HTTP. `short_message` is the line, `full_message` stands beside it; the underscore before
 * additional fields goes. Answers 202.
 * Source: https://go2docs.graylog.org/current/getting_in_log_data/gelf.html
 */
export const gelfApi: PushApi = {
  name: 'gelf',
  routes: context => [{ methods: ['POST'], path: /^\/gelf\/?$/, handle: request => take(context, request) }],
  refusal: (status, message) => jsonReply(status, { error: message }),
}

async function take(context: PushContext, { body, key }: PushRequest): Promise<PushReply> {
  await takeGelf(context, [...jsonValues(body)], key)
  return { status: 202 }
}

/** Takes messages however they came. Errors: PUSH_INVALID, and those of the intake. */
export async function takeGelf(
  { intake, hostName, clock, parse }: Pick<PushContext, 'intake' | 'hostName' | 'clock' | 'parse'>,
  messages: readonly unknown[],
  key?: string,
): Promise<void> {
  const batch = intake.logs()
  const fields = new FieldsReader(batch.draft, () => clock.nowMs(), parse)
  batch.draft.origin = originOf({ service: 'gelf', host: hostName, scope: 'millrace.gelf' })
  for (const message of messages) addMessage(batch, fields, message)
  await intake.take(batch.finish(), key)
}

function addMessage(batch: LogBatch, reader: FieldsReader, message: unknown): void {
  if (!isFields(message) || typeof message['short_message'] !== 'string')
    throw invalidPush('a GELF message is an object with a short_message')
  const { version: _, short_message: body, full_message, host, timestamp, level, facility, ...rest } = message
  const priority = typeof level === 'number' ? severityOfPriority(level) : undefined
  const fields: Fields = {
    ...(full_message === undefined ? {} : { full_message }),
    ...(facility === undefined ? {} : { facility }),
    ...(timestamp === undefined ? {} : { timestamp }),
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [key.replace(/^_/, ''), value])),
  }
  reader.read(fields, {
    body,
    ...(typeof host === 'string' ? { host } : {}),
    ...(typeof facility === 'string' ? { service: facility } : {}),
    ...(priority === undefined ? {} : { severity: priority }),
  })
  batch.add()
}
