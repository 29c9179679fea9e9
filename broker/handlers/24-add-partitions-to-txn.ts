import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'
import { fencedCode, partitionsOf, producerOf, unavailablePartitions } from './transactions.ts'

/*
 * AddPartitionsToTxn, versions 0 to 5, of which clients are told 0 to 3: what a transaction is about to write to, all of
 * it or nothing. Versions 4 and 5 are for brokers, of several transactions at once, and may only ask (`verifyOnly`).
 */
type Request = RequestOf<typeof apis.addPartitionsToTxn>
type Response = ResponseInput<typeof apis.addPartitionsToTxn>
type TopicsRequest = Request['v3AndBelowTopics']
type TransactionRequest = Request['transactions'][number]

const fencedFrom = 2
const severalFrom = 4
const firstProtocol = 1
const secondProtocol = 2

async function addPartitionsToTxn(request: Request, context: RequestContext): Promise<Response> {
  const { apiVersion } = context.header
  if (apiVersion < severalFrom) return await addOne(request, context)
  const denied = accessProblem(context, 'CLUSTER_ACTION', 'CLUSTER')
  if (denied !== 0) return { throttleTimeMs: 0, errorCode: denied }
  const resultsByTransaction = await Promise.all(
    request.transactions.map(async asked => ({
      transactionalId: asked.transactionalId,
      topicResults: results(asked.topics, await addOrVerify(asked, context)),
    })),
  )
  return { throttleTimeMs: 0, errorCode: errorCodes.NONE, resultsByTransaction }
}

async function addOne(request: Request, context: RequestContext): Promise<Response> {
  const { v3AndBelowTransactionalId: transactionalId, v3AndBelowTopics: topics } = request
  const producer = { producerId: request.v3AndBelowProducerId, epoch: request.v3AndBelowProducerEpoch }
  const denied = accessProblem(context, 'WRITE', 'TRANSACTIONAL_ID', transactionalId)
  if (denied !== 0) return { throttleTimeMs: 0, resultsByTopicV3AndBelow: results(topics, () => denied) }
  const codeOf = await add(transactionalId, producer, topics, firstProtocol, context)
  const knowsFenced = context.header.apiVersion >= fencedFrom
  return {
    throttleTimeMs: 0,
    resultsByTopicV3AndBelow: results(topics, (topic, index) =>
      fencedCode(codeOf(topic, index), knowsFenced),
    ),
  }
}

type CodeOf = (topic: string, partition: number) => number

async function addOrVerify(asked: TransactionRequest, context: RequestContext): Promise<CodeOf> {
  const { transactionalId, topics } = asked
  if (transactionalId === '') return () => errorCodes.INVALID_REQUEST
  if (!asked.verifyOnly) return await add(transactionalId, producerOf(asked), topics, secondProtocol, context)
  const admission = { ...producerOf(asked), transactionalId, partitions: partitionsOf(topics), mayAdd: false }
  return await context.services.transactions.admit(admission, codeOf => codeOf)
}

async function add(
  transactionalId: string,
  producer: { producerId: number; epoch: number },
  asked: TopicsRequest,
  clientVersion: number,
  context: RequestContext,
): Promise<CodeOf> {
  const { transactions } = context.services
  if (transactionalId === '') return () => errorCodes.INVALID_REQUEST
  const unknown = unavailablePartitions(context, asked)
  if (unknown !== undefined) return unknown
  const errorCode = await transactions.addPartitions(
    transactionalId,
    producer,
    partitionsOf(asked),
    clientVersion,
  )
  return () => errorCode
}

function results(topics: TopicsRequest, codeOf: CodeOf) {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map(partitionIndex => ({
      partitionIndex,
      partitionErrorCode: codeOf(name, partitionIndex),
    })),
  }))
}

export const handleAddPartitionsToTxn = handler(apis.addPartitionsToTxn, addPartitionsToTxn, {
  advertisedMax: severalFrom - 1,
})
