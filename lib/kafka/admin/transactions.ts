import { type KafkaAdminClient, KafkaError, untilKnown } from '../client/index.ts'
import { apis, errorCodes } from '../index.ts'
import { byTopic, groupedBy } from './grouped.ts'
import { expectDone } from './outcome.ts'
import type { Place } from './partition-offsets.ts'

export interface TransactionDescription {
  transactionalId: string
  /** As Kafka spells it: `Ongoing`, `PrepareCommit`, `CompleteAbort`, `Empty`. */
  state: string
  producerId: bigint
  producerEpoch: number
  timeoutMs: number
  /** When it began; undefined where none is open. */
  startedMs: number | undefined
  partitions: Place[]
}

/** States in which a transaction holds up readers of committed records. */
const openStates: ReadonlySet<string> = new Set([
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'PrepareEpochFence',
])

/** Every transactional id with what it has open; by id. */
export async function listTransactions(client: KafkaAdminClient): Promise<TransactionDescription[]> {
  const brokers = await client.nodes()
  const answers = await Promise.all(
    brokers.map(node =>
      client.request(apis.listTransactions, { stateFilters: [], producerIdFilters: [] }, { node }),
    ),
  )
  const ids = answers.flatMap(answer => {
    expectDone(answer.errorCode, null, 'listing transactions')
    return answer.transactionStates.map(({ transactionalId }) => transactionalId)
  })
  const found = await Promise.all(ids.sort().map(id => describeTransaction(client, id)))
  return found.filter(transaction => transaction !== undefined)
}

/** One transactional id; undefined where the cluster does not know it. */
export async function describeTransaction(
  client: KafkaAdminClient,
  transactionalId: string,
): Promise<TransactionDescription | undefined> {
  const answer = await client.request(
    apis.describeTransactions,
    { transactionalIds: [transactionalId] },
    { transactionalId },
  )
  const found = answer.transactionStates[0]
  if (found?.errorCode === errorCodes.TRANSACTIONAL_ID_NOT_FOUND) return undefined
  expectDone(found?.errorCode, null, `describing the transaction of ${transactionalId}`)
  if (found === undefined) return undefined
  const startedMs = found.transactionStartTimeMs
  return {
    transactionalId,
    state: found.transactionState,
    producerId: found.producerId,
    producerEpoch: found.producerEpoch,
    timeoutMs: found.transactionTimeoutMs,
    startedMs: openStates.has(found.transactionState) && startedMs > 0 ? startedMs : undefined,
    partitions: found.topics.flatMap(({ topic, partitions }) =>
      partitions.map(partition => ({ topic, partition })),
    ),
  }
}

/** Ages in ms beyond its timeout by which a coordinator has not ended a transaction: it hangs. */
export function isOverdue(transaction: TransactionDescription, nowMs: number): boolean {
  return transaction.startedMs !== undefined && nowMs - transaction.startedMs > transaction.timeoutMs
}

/** A transaction as a partition sees it: what readers of committed records wait for. */
export interface OpenTransaction extends Place {
  producerId: bigint
  producerEpoch: number
  coordinatorEpoch: number
  /** Its first offset: nothing behind it is read as committed. */
  firstOffset: number
  /** Of the producer's last record there, in ms. */
  lastTimestampMs: number
}

/** What is open in partitions. Such of which no coordinator knows hangs for ever (KIP-664). */
export async function openTransactions(
  client: KafkaAdminClient,
  places: readonly Place[],
): Promise<OpenTransaction[]> {
  const topics = await client.metadata([...new Set(places.map(place => place.topic))])
  const led = groupedBy(places, ({ topic, partition }) => String(topics.get(topic)?.leaders[partition] ?? -1))
  const found = await Promise.all([...led.values()].map(own => openIn(client, own)))
  return found.flat()
}

async function openIn(client: KafkaAdminClient, places: readonly Place[]): Promise<OpenTransaction[]> {
  const [first] = places as [Place]
  const topics = byTopic(places).map(({ name, partitions }) => ({
    name,
    partitionIndexes: partitions.map(({ partition }) => partition),
  }))
  const answer = await client.request(apis.describeProducers, { topics }, first)
  return answer.topics.flatMap(({ name, partitions }) =>
    partitions.flatMap(({ partitionIndex, errorCode, errorMessage, activeProducers }) => {
      expectDone(errorCode, errorMessage, `asking for the producers of ${name}-${partitionIndex}`)
      return activeProducers
        .filter(producer => producer.currentTxnStartOffset >= 0)
        .map(producer => ({
          topic: name,
          partition: partitionIndex,
          producerId: producer.producerId,
          producerEpoch: producer.producerEpoch,
          coordinatorEpoch: producer.coordinatorEpoch,
          firstOffset: producer.currentTxnStartOffset,
          lastTimestampMs: producer.lastTimestamp,
        }))
    }),
  )
}

/**
 * Aborts what a producer has open in one partition, whatever its coordinator thinks: for one that hangs, as
 * kafka-transactions.sh does it. Errors: KAFKA_CLUSTER_AUTHORIZATION_FAILED and Kafka's others.
 */
export async function abortTransaction(client: KafkaAdminClient, open: OpenTransaction): Promise<void> {
  const { topic, partition, producerId, producerEpoch, coordinatorEpoch } = open
  const answer = await client.request(
    apis.writeTxnMarkers,
    {
      markers: [
        {
          producerId,
          producerEpoch,
          transactionResult: false,
          topics: [{ name: topic, partitionIndexes: [partition] }],
          coordinatorEpoch: Math.max(0, coordinatorEpoch),
        },
      ],
    },
    { topic, partition },
  )
  const code = answer.markers[0]?.topics[0]?.partitions[0]?.errorCode
  if (code === errorCodes.TRANSACTION_COORDINATOR_FENCED)
    throw new KafkaError(code, `another coordinator ends the transaction in ${topic}-${partition} just now`)
  expectDone(code, null, `aborting the transaction in ${topic}-${partition}`)
}

/**
 * Ends what a transactional id has open by taking its place: the coordinator aborts it, and its producer is fenced off.
 * Resolves when that is done. Errors: Kafka's.
 */
export async function fenceProducer(client: KafkaAdminClient, transactionalId: string): Promise<void> {
  const body = { transactionalId, transactionTimeoutMs: 60_000 }
  // CONCURRENT_TRANSACTIONS until the abort is through
  await untilKnown(async () => {
    const answer = await client.request(apis.initProducerId, body, { transactionalId })
    expectDone(answer.errorCode, null, `aborting the transaction of ${transactionalId}`)
  })
}
