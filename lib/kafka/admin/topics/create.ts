import { type KafkaAdminClient, KafkaError, untilKnown } from '../../client/index.ts'
import { apis, errorCodes } from '../../index.ts'
import { expectDone } from '../outcome.ts'

export interface NewTopic {
  name: string
  /** Left out: the broker's default (KIP-464). */
  partitions?: number | undefined
  replicationFactor?: number | undefined
  configs?: Readonly<Record<string, string>> | undefined
}

const timeoutMs = 30_000
const brokerDefault = -1

/**
 * Makes a topic; gives what the broker made of it, once its partitions have leaders. With `validateOnly` nothing is made.
 * Errors: KAFKA_TOPIC_ALREADY_EXISTS, KAFKA_INVALID_CONFIG and Kafka's others, with the broker's words.
 */
export async function createTopic(
  client: KafkaAdminClient,
  { name, partitions = brokerDefault, replicationFactor = brokerDefault, configs = {} }: NewTopic,
  options: { validateOnly?: boolean } = {},
): Promise<{ topicId: string; partitions: number; replicationFactor: number }> {
  const answer = await client.request(apis.createTopics, {
    topics: [
      {
        name,
        numPartitions: partitions,
        replicationFactor,
        assignments: [],
        configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
      },
    ],
    timeoutMs,
    validateOnly: options.validateOnly === true,
  })
  const made = answer.topics[0]
  expectDone(made?.errorCode, made?.errorMessage, `creating topic ${name}`)
  if (options.validateOnly !== true) await untilKnown(() => expectLeaders(client, name))
  return {
    topicId: made?.topicId ?? '',
    partitions: made?.numPartitions ?? partitions,
    replicationFactor: made?.replicationFactor ?? replicationFactor,
  }
}

/** A broker that is no controller hears of a new topic a little later. */
async function expectLeaders(client: KafkaAdminClient, name: string): Promise<void> {
  const known = (await client.metadata([name])).get(name)
  if (known === undefined || known.leaders.some(leader => leader < 0))
    throw new KafkaError(errorCodes.LEADER_NOT_AVAILABLE, `topic ${name} was made, but has no leaders yet`)
}

/**
 * Gives a topic more partitions, up to `count` in all. Keys go to other partitions from then on.
 * Errors: KAFKA_INVALID_PARTITIONS with the broker's words.
 */
export async function createPartitions(
  client: KafkaAdminClient,
  name: string,
  count: number,
  options: { validateOnly?: boolean } = {},
): Promise<void> {
  const answer = await client.request(apis.createPartitions, {
    topics: [{ name, count, assignments: null }],
    timeoutMs,
    validateOnly: options.validateOnly === true,
  })
  const done = answer.results[0]
  expectDone(done?.errorCode, done?.errorMessage, `adding partitions to topic ${name}`)
}
