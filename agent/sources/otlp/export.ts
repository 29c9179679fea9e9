import {
  checkRequest,
  type PartialSuccess,
  type Signal,
  soundPoints,
  splitRequest,
} from '../../../lib/otlp/index.ts'
import { refuseUnderPressure } from '../../listen/pressure.ts'
import { readOtlpLogs } from '../../records/from-otlp.ts'
import type { SourceRequest } from '../../records/log-batch.ts'
import { maxValueBytes } from '../../spool/lane.ts'
import type { Intake } from '../intake.ts'

/** Leaves room for the headers that each part repeats. */
const splitBytes = 800_000

/**
 * Takes in one export request: checks its structure, splits what is too large for one Kafka record, and resolves when
 * all is durable. Records that are too large by themselves, and points that cannot be, are refused and named in the
 * answer.
 * Throws WireError for malformed protobuf, SPOOL_FULL, SPOOL_SLOW, SPOOL_CLOSED.
 */
export async function takeExport(
  intake: Intake,
  signal: Signal,
  body: Buffer,
  key: string,
): Promise<PartialSuccess | undefined> {
  const count = checkRequest(signal, body)
  if (signal === 'metrics') return await takeMetrics(intake, body, count, key)
  if (count === 0) return undefined
  refuseUnderPressure(intake)
  if (signal === 'logs' && !intake.filter.isEmpty) return await takeLogs(intake, body, key)
  return await takeWhole(intake, signal, body, count, key)
}

/** Points that cannot be are left out, and the sender told of the first. */
async function takeMetrics(
  intake: Intake,
  body: Buffer,
  count: number,
  key: string,
): Promise<PartialSuccess | undefined> {
  const { bytes, rejected, problem } = soundPoints(body)
  const told = problem === undefined ? undefined : { rejected, message: problem }
  if (count === rejected) return told
  refuseUnderPressure(intake)
  const partial = await takeWhole(intake, 'metrics', bytes, count - rejected, key)
  if (partial === undefined || told === undefined) return partial ?? told
  return { rejected: partial.rejected + rejected, message: `${problem}; ${partial.message}` }
}

async function takeWhole(
  intake: Intake,
  signal: Signal,
  body: Buffer,
  count: number,
  key: string,
): Promise<PartialSuccess | undefined> {
  if (body.length <= maxValueBytes) {
    await intake.take([{ signal, value: body, lines: count }], key)
    return undefined
  }
  const parts = splitRequest(body, splitBytes).map(value => ({
    signal,
    value,
    lines: checkRequest(signal, value),
  }))
  const taken = parts.filter(part => part.value.length <= maxValueBytes)
  await intake.take(taken, key)
  return rejection(parts, taken)
}

/** Through the rules, record by record. */
async function takeLogs(intake: Intake, body: Buffer, key: string): Promise<PartialSuccess | undefined> {
  const batch = intake.logs()
  readOtlpLogs(body, batch.draft, () => batch.add())
  const requests = batch.finish()
  const taken = requests.filter(request => request.value.length <= maxValueBytes)
  await intake.take(taken, key)
  return rejection(requests, taken)
}

function rejection(
  parts: readonly SourceRequest[],
  taken: readonly SourceRequest[],
): PartialSuccess | undefined {
  const rejected = linesOf(parts) - linesOf(taken)
  if (rejected === 0) return undefined
  return { rejected, message: `${rejected} items are larger than ${maxValueBytes} bytes each` }
}

function linesOf(requests: readonly SourceRequest[]): number {
  return requests.reduce((sum, request) => sum + request.lines, 0)
}
