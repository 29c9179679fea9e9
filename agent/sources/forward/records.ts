import { FieldsReader } from '../../records/from-fields.ts'
import type { SourceRequest } from '../../records/log-batch.ts'
import { originOf } from '../../records/origin.ts'
import type { Intake } from '../intake.ts'
import type { ForwardMessage } from './message.ts'

const origin = originOf({ service: '', host: '', scope: 'millrace.forward' })

/**
 * Turns the events of a message into OTLP requests. The tag is the service of an event that names none, `host` the host:
 * whose connection it is.
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
  for (const { time, record, problem } of message.events) {
    const known = time.seconds < 0 ? undefined : time
    const about = problem === undefined ? attributes : { ...attributes, 'millrace.forward.problem': problem }
    fields.read(record, { time: known, service: message.tag, host, attributes: about })
    batch.add()
  }
  return batch.finish()
}
