import { FieldsReader } from '../../records/from-fields.ts'
import type { SourceRequest } from '../../records/log-batch.ts'
import { originOf } from '../../records/origin.ts'
import type { Intake } from '../intake.ts'
import { fieldsOfGroup, fieldsOfMetadata, markerOf } from './groups.ts'
import type { ForwardMessage } from './message.ts'

const origin = originOf({ service: '', host: '', scope: 'millrace.forward' })

/**
 * Turns the events of a message into OTLP requests. The tag is the service of an event that names none, `host` the host:
 * whose connection it is. What begins a group is no event, but is said of all events of the group.
 */
export function requestsOf(
  message: ForwardMessage,
  intake: Intake,
  nowMs: number,
  host: string,
): SourceRequest[] {
  const batch = intake.logs()
  const fields = new FieldsReader(batch.draft, () => nowMs)
  batch.draft.origin = origin
  const attributes = { 'fluent.tag': message.tag }
  const service = message.tag === '' ? 'forward' : message.tag
  let group: Record<string, unknown> = {}
  for (const { time, record, metadata = {}, problem } of message.events) {
    const marker = markerOf(time)
    if (marker !== undefined) {
      group = marker === 'start' ? fieldsOfGroup(record) : {}
      continue
    }
    const known = time.seconds < 0 ? undefined : time
    const about = problem === undefined ? attributes : { ...attributes, 'millrace.forward.problem': problem }
    const all = { ...group, ...fieldsOfMetadata(metadata), ...record }
    fields.read(all, { time: known, service, host, attributes: about })
    batch.add()
  }
  return batch.finish()
}
