import { apis, errorCodes, type RequestOf, type ResponseInput, recordCount } from '../../lib/kafka/index.ts'
import type { ProduceOutcome } from '../partitions/outcome.ts'
import { internalTopics } from '../topics/names.ts'
import type { Topic } from '../topics/topic.ts'
import type { AdmissionCode } from '../transactions/admissions.ts'
import { topicProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { findTopic, unknownTopicCode } from './topics.ts'
import { admissionOf, admissionProblem, isTransactional, openPartitions } from './transactional-produce.ts'

/*
 * Produce, versions 3 to 13; 0 to 2 are advertised and refused (KAFKA-18659: librdkafka before 2.11.1 would otherwise
 * send without compression). One batch per partition, checked, appended as it is, answered when durable by
 * `broker.flush`. acks=0 is appended and not answered. Idempotent producers by the window of five batches. A batch of a
 * transaction is written only where its coordinator says so (KIP-890); from version 12 on that makes the partition part
 * of the transaction (transactions v2). A topic's configuration may ask for more: see partitions/admit.ts.
 */
type Request = RequestOf<typeof apis.produce>
type Response = ResponseInput<typeof apis.produce>
type PartitionResponse = Response['responses'][number]['partitionResponses'][number]

/** Versions from here on name topics by id. */
const topicIdsFrom = 13
const secondProtocolFrom = 12
const abortableFrom = 11

async function produce(request: Request, context: RequestContext): Promise<Response | undefined> {
  const { acks } = request
  if (acks !== 0 && acks !== 1 && acks !== -1) return refuseAll(request, errorCodes.INVALID_REQUIRED_ACKS)
  const { apiVersion } = context.header
  const dialect = { byId: apiVersion >= topicIdsFrom, mayAdd: apiVersion >= secondProtocolFrom }
  const { errorCode, admission } = admissionOf(request, context, dialect)
  if (errorCode !== 0) return refuseAll(request, errorCode)
  const release = context.hold()
  try {
    // begun for all at once, in the order of the request; they end as their writes do
    const write = (codeOf: AdmissionCode) =>
      Promise.all(request.topicData.map(topic => produceTopic(topic, context, codeOf)))
    if (admission !== undefined) await openPartitions(admission, context)
    const responses = await (admission === undefined
      ? write(() => errorCodes.NONE)
      : context.services.transactions.admit(admission, write))
    return acks === 0 ? undefined : { responses }
  } finally {
    release()
  }
}

async function produceTopic(
  data: Request['topicData'][number],
  context: RequestContext,
  codeOf: AdmissionCode,
) {
  const byId = context.header.apiVersion >= topicIdsFrom
  const topic = findTopic(context.services.topics, data, byId)
  const denied = topicProblem(context, 'WRITE', topic, data.name)
  const outcomes = data.partitionData.map(async ({ index, records }): Promise<PartitionResponse> => {
    const outcome = denied === 0 ? await append(topic, index, records, context, codeOf) : refused(denied)
    countProduced(topic, outcome, records)
    return partitionResponse(index, outcome, topic)
  })
  return { name: data.name, topicId: data.topicId, partitionResponses: await Promise.all(outcomes) }
}

function append(
  topic: Topic | undefined,
  index: number,
  records: Buffer | null,
  context: RequestContext,
  codeOf: AdmissionCode,
): Promise<ProduceOutcome> | ProduceOutcome {
  const { apiVersion } = context.header
  if (topic === undefined) return refused(unknownTopicCode(apiVersion >= topicIdsFrom))
  if (!topic.hasPartition(index)) return refused(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
  if (internalTopics.has(topic.name)) return refused(errorCodes.INVALID_TOPIC_EXCEPTION)
  if (records === null) return refused(errorCodes.INVALID_RECORD)
  const isInTransaction = isTransactional(records)
  const problem = isInTransaction ? transactionProblem(codeOf(topic.name, index), apiVersion) : 0
  if (problem !== 0) return refused(problem)
  const startsAtZero = isInTransaction && apiVersion >= secondProtocolFrom
  const opened = topic.opened(index)
  if (opened !== undefined) return opened.produce(records, apiVersion, startsAtZero)
  return topic.partition(index).then(
    partition => partition.produce(records, apiVersion, startsAtZero),
    () => refused(errorCodes.KAFKA_STORAGE_ERROR),
  )
}

function countProduced(topic: Topic | undefined, outcome: ProduceOutcome, records: Buffer | null): void {
  if (topic === undefined) return
  topic.traffic.produceRequests++
  if (outcome.errorCode !== 0) topic.traffic.failedProduceRequests++
  else if (records !== null) {
    topic.traffic.bytesIn += records.length
    topic.traffic.messagesIn += recordCount(records)
  }
}

function transactionProblem(errorCode: number, apiVersion: number): number {
  return admissionProblem(errorCode, {
    knowsAbortable: apiVersion >= abortableFrom,
    knowsConcurrent: apiVersion >= secondProtocolFrom,
    busy: errorCodes.NOT_ENOUGH_REPLICAS,
  })
}

function partitionResponse(
  index: number,
  outcome: ProduceOutcome,
  topic: Topic | undefined,
): PartitionResponse {
  // told with what is wrong with records too, as Kafka does
  const isTold = outcome.errorCode === 0 || outcome.recordErrors !== undefined
  const logStartOffset = isTold ? (topic?.opened(index)?.log.startOffset ?? -1) : -1
  const { errorCode, baseOffset, message: errorMessage, logAppendTimeMs = -1, recordErrors = [] } = outcome
  return {
    index,
    errorCode,
    baseOffset,
    logAppendTimeMs: errorCode === 0 ? logAppendTimeMs : -1,
    logStartOffset,
    recordErrors: recordErrors.map(({ batchIndex, message }) => ({
      batchIndex,
      batchIndexErrorMessage: message,
    })),
    errorMessage,
  }
}

function refuseAll(request: Request, errorCode: number): Response | undefined {
  if (request.acks === 0) return undefined
  const responses = request.topicData.map(({ name, topicId, partitionData }) => ({
    name,
    topicId,
    partitionResponses: partitionData.map(({ index }) => ({ index, errorCode, baseOffset: -1 })),
  }))
  return { responses }
}

function refused(errorCode: number): ProduceOutcome {
  return { errorCode, baseOffset: -1, message: null }
}

export const handleProduce = handler(apis.produce, produce, { advertisedMin: 0, overlaps: true })
