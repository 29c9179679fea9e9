import { type apis, attribute, BatchCursor, errorCodes, type RequestOf } from '../../lib/kafka/index.ts'
import type { Admission } from '../transactions/admissions.ts'
import { accessProblem } from './authorized.ts'
import type { RequestContext } from './handler.ts'
import { findTopic } from './topics.ts'

type Request = RequestOf<typeof apis.produce>

/** The magic of a batch, and the low byte of its attributes. */
const magicAt = 16
const attributesAt = 22

/** What a client understands of the reasons for which it may not write to a transaction. */
export interface AdmissionDialect {
  knowsAbortable: boolean
  knowsConcurrent: boolean
  /** What makes it try again. */
  busy: number
}

/** Whether the batch that begins a produce request's records belongs to a transaction. Hot: once per batch. */
export function isTransactional(records: Buffer | null): boolean {
  if (records === null || records[magicAt] !== 2) return false
  return ((records[attributesAt] ?? 0) & attribute.transactional) !== 0
}

/** What the coordinator has to be asked before the transactional batches of a request are written. */
export function admissionOf(
  request: Request,
  context: RequestContext,
  dialect: { byId: boolean; mayAdd: boolean },
): { errorCode: number; admission?: Admission } {
  const batches = transactionalBatches(request)
  const [first] = batches
  if (first === undefined) return { errorCode: errorCodes.NONE }
  const { transactionalId } = request
  if (transactionalId === null) return { errorCode: errorCodes.TRANSACTIONAL_ID_AUTHORIZATION_FAILED }
  const denied = accessProblem(context, 'WRITE', 'TRANSACTIONAL_ID', transactionalId)
  if (denied !== 0) return { errorCode: denied }
  const { producerId, producerEpoch: epoch } = first.cursor
  if (batches.some(({ cursor }) => cursor.producerId !== producerId))
    return { errorCode: errorCodes.INVALID_PRODUCER_ID_MAPPING }
  const partitions = new Map<string, Set<number>>()
  for (const { data, index } of batches) {
    const topic = findTopic(context.services.topics, data, dialect.byId)
    if (topic?.hasPartition(index) === true && context.may('WRITE', 'TOPIC', topic.name))
      partitions.set(topic.name, (partitions.get(topic.name) ?? new Set()).add(index))
  }
  if (partitions.size === 0) return { errorCode: errorCodes.NONE }
  const { mayAdd } = dialect
  const admission = { producerId: Number(producerId), epoch, transactionalId, partitions, mayAdd }
  return { errorCode: errorCodes.NONE, admission }
}

/** What is no batch at all is refused later. */
function transactionalBatches(request: Request) {
  const batches: { data: Request['topicData'][number]; index: number; cursor: BatchCursor }[] = []
  for (const data of request.topicData)
    for (const { index, records } of data.partitionData) {
      if (records === null || !isTransactional(records)) continue
      const cursor = new BatchCursor(records)
      if (cursor.next()) batches.push({ data, index, cursor })
    }
  return batches
}

/** The code that a client is told (KIP-890): older ones take some for the end of the world, and get another. */
export function admissionProblem(errorCode: number, dialect: AdmissionDialect): number {
  switch (errorCode) {
    case errorCodes.PRODUCER_FENCED:
      return errorCodes.INVALID_PRODUCER_EPOCH
    case errorCodes.TRANSACTION_ABORTABLE:
      return dialect.knowsAbortable ? errorCode : errorCodes.INVALID_TXN_STATE
    case errorCodes.CONCURRENT_TRANSACTIONS:
      return dialect.knowsConcurrent ? errorCode : dialect.busy
    case errorCodes.COORDINATOR_NOT_AVAILABLE:
      return dialect.busy
    default:
      return errorCode
  }
}

/** So that what is admitted can be written in the same tick. */
export async function openPartitions(admission: Admission, context: RequestContext): Promise<void> {
  for (const [name, indexes] of admission.partitions) {
    const topic = context.services.topics.get(name)
    // one that cannot be opened says so when it is written to
    for (const index of indexes)
      if (topic?.opened(index) === undefined) await topic?.partition(index).catch(() => undefined)
  }
}
