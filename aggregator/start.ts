import { Closers, codeOf, messageOf, OnceAMinute, type Role, type RoleContext } from '../lib/base/index.ts'
import { configuredKafkaClient, type KafkaClient } from '../lib/kafka/client/index.ts'
import { isStoreUnreachable, migrate } from '../store/index.ts'
import type { Config } from './config.ts'
import { letterTopicConfigs } from './dead-letters/sender.ts'
import { Figures } from './figures.ts'
import { TopicConsumer } from './group/consumer.ts'
import { takeInstance } from './group/instance.ts'
import { SizeGuard } from './size/size-guard.ts'

/** How long to wait for what is there and refuses: in a cluster everything starts at once. What is not there is waited for. */
const patienceMs = 30_000
const retryMs = 500

/**
 * Moves the OTLP topics into the store: a member of a consumer group, as many as wanted. Every record becomes rows exactly
 * once, though this process, the store or the brokers are killed at any moment: see group/plan.ts.
 * Errors at start: KAFKA_UNREACHABLE, KAFKA_AUTHENTICATION_FAILED, MIGRATION_FAILED and others of client and store, after
 * some patience.
 */
export async function startAggregator(config: Config, context: RoleContext): Promise<Role> {
  const closers = new Closers()
  // lines about moving lines must not become lines to move
  const logger = context.logger.child('ranges', { local: true })
  try {
    await patiently(context, () => migrate(config, context.logger))
    const client = configuredKafkaClient(config, 'millrace-aggregator', context.logger)
    closers.add('kafka client', () => client.close())
    await patiently(context, () => ensureTopics(config, client))
    const instance = await takeInstance(config, logger)
    closers.add('instance', () => instance.release())
    const consumer = new TopicConsumer({
      config,
      client,
      instanceId: instance.id,
      figures: new Figures(context.metrics),
      clock: context.clock,
      logger,
      onLost: context.fail,
    })
    closers.add('consumer', () => consumer.close())
    await patiently(context, () => consumer.start())
    const guard = new SizeGuard({
      config,
      clock: context.clock,
      logger,
      troubles: new OnceAMinute(logger, context.clock),
      metrics: context.metrics,
      isLeader: () => consumer.has(config.kafka.topics.logs, 0),
    })
    guard.start()
    closers.add('size guard', () => guard.close())
    return { addresses: {}, close: () => closers.close() }
  } catch (error) {
    await closers.close()
    throw error
  }
}

async function ensureTopics(config: Config, client: KafkaClient): Promise<void> {
  const { logs, metrics, traces, deadLetters, partitions } = config.kafka.topics
  for (const topic of [logs, metrics, traces]) await client.ensureTopic(topic, partitions)
  await client.ensureTopic(deadLetters, 1, letterTopicConfigs)
}

/** Roles may be started in any order: brokers and a store that nobody can reach are waited for as long as it takes. */
async function patiently(context: RoleContext, step: () => Promise<void>): Promise<void> {
  const untilMs = context.clock.monotonicMs() + patienceMs
  const notes = new OnceAMinute(context.logger, context.clock)
  for (;;) {
    try {
      await step()
      return
    } catch (error) {
      const isAway = isStoreUnreachable(error) || codeOf(error) === 'KAFKA_UNREACHABLE'
      if (!isAway && context.clock.monotonicMs() >= untilMs) throw error
      notes.warn('waiting for brokers and store', { error: messageOf(error) })
      await new Promise(resolve => setTimeout(resolve, retryMs))
    }
  }
}
