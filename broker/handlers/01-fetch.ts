import { codeOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput, zeroUuid } from '../../lib/kafka/index.ts'
import type { AnsweredTopic, SessionFetch } from '../fetch-sessions/types.ts'
import { isolationLevels, visibleEnd } from '../partitions/isolation.ts'
import type { Partition } from '../partitions/partition.ts'
import type { Watched } from '../partitions/waiters.ts'
import type { Topic } from '../topics/topic.ts'
import { topicProblem } from './authorized.ts'
import { type CommittedSlice, readAll, readCommitted } from './committed.ts'
import { FetchWait, longestWaitMs, maxResponseBytes } from './fetch-wait.ts'
import { handler, type RequestContext } from './handler.ts'
import { findTopic, leaderEpochProblem, type TopicReference, unknownTopicCode } from './topics.ts'

/*
 * Fetch, versions 4 to 18. A long poll: answered when `minBytes` can be read or `maxWaitMs` have passed. Gives whole
 * batches from the one that holds the offset; the first of a response is given even when it is larger than asked for.
 * In a session (KIP-227, from version 7 on) a request names what has changed since the one before, and is answered what is
 * new; a partition that is not there does not end the wait for others. Who reads committed records gets batches below the
 * last stable offset, and which transactions among them were aborted, by their first offset.
 * Left out: followers.
 */
type Request = RequestOf<typeof apis.fetch>
type Response = ResponseInput<typeof apis.fetch>
type PartitionRequest = Request['topics'][number]['partitions'][number]
type PartitionResponse = Response['responses'][number]['partitions'][number]

const topicIdsFrom = 13
/** Older clients could not read what a topic of that codec holds (KIP-110). */
const zstdFrom = 10
/** Where there is nothing to read from: Kafka waits for the other partitions all the same. */
const absences: ReadonlySet<number> = new Set([
  errorCodes.UNKNOWN_TOPIC_OR_PARTITION,
  errorCodes.UNKNOWN_TOPIC_ID,
  errorCodes.TOPIC_AUTHORIZATION_FAILED,
])

/** One partition of a request, with what it refers to. */
interface Target {
  asked: PartitionRequest
  partition: Partition | undefined
  errorCode: number
}

async function fetchRecords(request: Request, context: RequestContext): Promise<Response> {
  const fetch = beginFetch(request, context)
  if (typeof fetch === 'number') return { throttleTimeMs: 0, errorCode: fetch, sessionId: 0, responses: [] }
  const targets = await resolveAll(fetch.topics, context)
  const flat = targets.flat()
  fetch.watch(flat.map(({ partition }) => partition))
  await waitForBytes(request, flat, fetch.watched, context)
  const grown = fetch.grown()
  targets.push(...(await resolveAll(grown, context)))
  const responses = await read(request, [...fetch.topics, ...grown], targets, context)
  return { throttleTimeMs: 0, ...fetch.answer(responses) }
}

/** What the request's session says is to be looked at; Kafka's code where it does not fit it. */
function beginFetch(request: Request, { services, header, peer }: RequestContext): SessionFetch | number {
  const { fetchSessions, authorizer } = services
  const { principal } = peer.session
  const viewer = () => JSON.stringify([principal, peer.host, authorizer.version, request.isolationLevel])
  const usesTopicIds = header.apiVersion >= topicIdsFrom
  return fetchSessions.begin(request, { usesTopicIds, viewer })
}

async function resolveAll(topics: Request['topics'], context: RequestContext): Promise<Target[][]> {
  const byId = context.header.apiVersion >= topicIdsFrom
  const targets: Target[][] = []
  for (const { topic: name, topicId, partitions } of topics) {
    const topic = findTopic(context.services.topics, { name, topicId }, byId)
    const denied = topicProblem(context, 'READ', topic, name)
    const list: Target[] = []
    for (const asked of partitions)
      list.push(
        denied === 0
          ? await resolve(topic, asked, context.header.apiVersion)
          : { asked, partition: undefined, errorCode: denied },
      )
    targets.push(list)
  }
  return targets
}

async function resolve(
  topic: Topic | undefined,
  asked: PartitionRequest,
  apiVersion: number,
): Promise<Target> {
  const byId = apiVersion >= topicIdsFrom
  if (topic === undefined) return { asked, partition: undefined, errorCode: unknownTopicCode(byId) }
  if (!topic.hasPartition(asked.partition))
    return { asked, partition: undefined, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION }
  if (apiVersion < zstdFrom && topic.settings.compression === 'zstd')
    return { asked, partition: undefined, errorCode: errorCodes.UNSUPPORTED_COMPRESSION_TYPE }
  const epochProblem = leaderEpochProblem(asked.currentLeaderEpoch)
  if (epochProblem !== 0) return { asked, partition: undefined, errorCode: epochProblem }
  try {
    const partition = topic.opened(asked.partition) ?? (await topic.partition(asked.partition))
    const { startOffset, endOffset } = partition.log
    const isInside = asked.fetchOffset >= startOffset && asked.fetchOffset <= endOffset
    return { asked, partition, errorCode: isInside ? errorCodes.NONE : errorCodes.OFFSET_OUT_OF_RANGE }
  } catch {
    return { asked, partition: undefined, errorCode: errorCodes.KAFKA_STORAGE_ERROR }
  }
}

/** Parks the request unless it can be answered now: there is data, an error, or the client does not want to wait. */
async function waitForBytes(
  request: Request,
  targets: Target[],
  watched: readonly Watched[],
  context: RequestContext,
): Promise<void> {
  const { maxWaitMs, minBytes } = request
  if (maxWaitMs <= 0 || minBytes <= 0 || watched.length === 0 || targets.some(endsWait)) return
  const isCommittedOnly = request.isolationLevel === isolationLevels.readCommitted
  const readable = targets.filter(
    t => t.partition && t.asked.fetchOffset < endOf(t.partition, request.isolationLevel),
  )
  if (minBytes === 1 && readable.length > 0) return
  const wait = new FetchWait(minBytes, isCommittedOnly)
  // watched before it is counted: what arrives meanwhile is rather counted twice than missed
  for (const growing of watched) wait.watch(growing)
  try {
    for (const target of readable) {
      const bytes = await readableBytes(target, minBytes, request.isolationLevel)
      wait.onGrowth(bytes, bytes)
    }
    await wait.done(Math.min(maxWaitMs, longestWaitMs), context.services.deadlines)
  } finally {
    wait.end()
  }
}

function endsWait({ errorCode }: Target): boolean {
  return errorCode !== errorCodes.NONE && !absences.has(errorCode)
}

function endOf(partition: Partition, isolationLevel: number): number {
  return visibleEnd(partition, isolationLevel === isolationLevels.readCommitted)
}

async function readableBytes(target: Target, minBytes: number, isolationLevel: number): Promise<number> {
  const { asked, partition } = target
  try {
    if (partition === undefined) return minBytes
    const slice = await partition.log.read(asked.fetchOffset, minBytes)
    slice.release()
    // where more follows, it did not fit what was asked for
    return slice.nextOffset < endOf(partition, isolationLevel) ? minBytes : slice.bytes.length
  } catch {
    // the read that answers the request says what is wrong
    return minBytes
  }
}

async function read(
  request: Request,
  topics: Request['topics'],
  targets: Target[][],
  context: RequestContext,
): Promise<AnsweredTopic[]> {
  let left = Math.min(request.maxBytes, maxResponseBytes)
  let isFirst = true
  const responses: AnsweredTopic[] = []
  for (const [i, list] of targets.entries()) {
    const partitions: PartitionResponse[] = []
    for (const target of list) {
      const response = await readPartition(target, left, isFirst, request.isolationLevel, context)
      const length = response.records?.length ?? 0
      if (length > 0) isFirst = false
      left -= length
      partitions.push(response)
    }
    const { topic = '', topicId = zeroUuid } = topics[i] ?? {}
    countFetched({ name: topic, topicId }, partitions, context)
    responses.push({ topic, topicId, partitions })
  }
  return responses
}

function countFetched(
  reference: TopicReference,
  partitions: PartitionResponse[],
  { services, header }: RequestContext,
): void {
  const topic = findTopic(services.topics, reference, header.apiVersion >= topicIdsFrom)
  if (topic === undefined) return
  topic.traffic.fetchRequests += partitions.length
  for (const { errorCode, records } of partitions) {
    if (errorCode !== errorCodes.NONE) topic.traffic.failedFetchRequests++
    topic.traffic.bytesOut += records?.length ?? 0
  }
}

async function readPartition(
  target: Target,
  left: number,
  isFirst: boolean,
  isolationLevel: number,
  context: RequestContext,
): Promise<PartitionResponse> {
  const { asked, partition, errorCode } = target
  if (partition === undefined || errorCode !== 0) return failed(asked.partition, errorCode, partition)
  const maxBytes = Math.min(asked.partitionMaxBytes, left)
  const { log } = partition
  const { takesFileRanges: takesRanges } = context.peer
  const wanted = { fetchOffset: asked.fetchOffset, maxBytes, takesRanges }
  const end = endOf(partition, isolationLevel)
  let taken: Omit<CommittedSlice, 'slice'> = { records: Buffer.alloc(0), aborted: [] }
  if (asked.fetchOffset < end && (isFirst || maxBytes > 0)) {
    try {
      const read =
        isolationLevel === isolationLevels.readCommitted
          ? await readCommitted(partition, wanted, end)
          : await readAll(partition, wanted)
      context.onSent(() => read.slice.release())
      // only the first batch of a response may exceed what is left
      if (isFirst || read.records.length <= maxBytes) taken = read
    } catch (error) {
      return failed(asked.partition, readProblem(partition, error), partition)
    }
  }
  return {
    partitionIndex: asked.partition,
    errorCode: errorCodes.NONE,
    highWatermark: log.stableOffset,
    lastStableOffset: partition.lastStableOffset,
    logStartOffset: log.startOffset,
    abortedTransactions: isolationLevel === isolationLevels.readCommitted ? taken.aborted : null,
    records: taken.records,
  }
}

/** Deleted by retention since we looked, or the disk does not give it. */
function readProblem(partition: Partition, error: unknown): number {
  return codeOf(error) === 'OFFSET_OUT_OF_RANGE'
    ? errorCodes.OFFSET_OUT_OF_RANGE
    : partition.storageError(error)
}

function failed(
  partitionIndex: number,
  errorCode: number,
  partition: Partition | undefined,
): PartitionResponse {
  const highWatermark = partition?.log.stableOffset ?? -1
  const lastStableOffset = partition?.lastStableOffset ?? -1
  const logStartOffset = partition?.log.startOffset ?? -1
  return {
    partitionIndex,
    errorCode,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    abortedTransactions: null,
    records: Buffer.alloc(0),
  }
}

export const handleFetch = handler(apis.fetch, fetchRecords)
