import { LineParser } from '../../lines/line-parser.ts'
import { localZone } from '../../lines/time/zone.ts'
import type { LogBatch, SourceRequest } from '../../records/log-batch.ts'
import { originOf } from '../../records/origin.ts'
import type { Intake } from '../intake.ts'

export interface Message {
  bytes: Buffer
  cut: boolean
}

/** Makes records of syslog messages: read as a line of that form in a file would be, with the sender's address beside. */
export function requestsOf(
  messages: readonly Message[],
  peer: string,
  { intake, hostName, nowMs }: { intake: Intake; hostName: string; nowMs: () => number },
): SourceRequest[] {
  const batch: LogBatch = intake.logs()
  const parser = new LineParser(batch.draft, 'auto', localZone(nowMs), nowMs)
  batch.draft.origin = originOf({
    service: 'syslog',
    host: peer === '' ? hostName : peer,
    scope: 'millrace.syslog',
  })
  for (const { bytes, cut } of messages) {
    parser.read(bytes, 0, bytes.length, false, cut)
    batch.add()
  }
  return batch.finish()
}
