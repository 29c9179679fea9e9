import { z } from 'zod'
import { address, listenerTls, positive, type SharedConfig, saslMechanism } from '../lib/base/index.ts'

export const defaultBrokerListen = '127.0.0.1:9092'
export const defaultBrokerMetrics = '127.0.0.1:9308'

const principal = z.string().regex(/^User:.+$/, 'a principal as in User:ada')

const listenerSecurity = {
  /** PEM files, read again when they change; null: no TLS. */
  tls: listenerTls.nullable().default(null),
  /** Mechanisms offered; none: clients need not say who they are. */
  sasl: z.array(saslMechanism).default([]),
}

const listener = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]+$/, 'a name of letters, digits, - and _'),
  listen: address,
  advertise: address.nullable().default(null),
  ...listenerSecurity,
})

/** The section `broker` of millrace.yaml. */
export const brokerSection = z
  .strictObject({
    /** The broker's number among others (Kafka's node.id); a data folder stays with the one it was first used under. */
    nodeId: z.int().min(0).max(2_147_483_647).default(1),
    listen: address.default(defaultBrokerListen),
    advertise: address.nullable().default(null),
    ...listenerSecurity,
    /** Further listeners, each with its own address and security. */
    listeners: z.array(listener).default([]),
    /** Access rules (Kafka's ACLs); without them everyone who gets in may do everything. */
    authorization: z
      .strictObject({
        enabled: z.boolean().default(false),
        superUsers: z.array(principal).default([]),
        /** What no rule speaks of is allowed (Kafka's allow.everyone.if.no.acl.found). */
        allowEveryoneIfNoAclFound: z.boolean().default(false),
      })
      .prefault({}),
    /** Where `GET /metrics` is answered; null: 127.0.0.1:9308 beside the default `listen`, else any free port. */
    metrics: z.strictObject({ listen: address.nullable().default(null) }).prefault({}),
    flush: z.enum(['ack', 'os']).default('ack'),
    autoCreateTopics: z.boolean().default(true),
    /**
     * How long the first join of an empty group waits for more members (Kafka's group.initial.rebalance.delay.ms);
     * null: 3000 as in Kafka, and 0 under `millrace up`, whose one aggregator waits for nobody.
     */
    groupInitialRebalanceDelayMs: z.int().min(0).nullable().default(null),
    /** The longest a transaction may stay open (Kafka's transaction.max.timeout.ms). */
    transactionMaxTimeoutMs: positive.max(2_147_483_647).default(900_000),
    /** How often transactions that are open for too long are looked for. */
    transactionScanIntervalMs: positive.default(10_000),
    /** How long a transactional id is remembered without use (Kafka's transactional.id.expiration.ms). */
    transactionalIdExpirationMs: positive.default(604_800_000),
    /** Bounds of a classic member's session (Kafka's group.min.session.timeout.ms and group.max.session.timeout.ms). */
    groupMinSessionTimeoutMs: positive.default(6_000),
    groupMaxSessionTimeoutMs: positive.default(1_800_000),
    /** Members of one group (Kafka's group.max.size and group.consumer.max.size). */
    groupMaxSize: positive.default(2_147_483_647),
    /** For members of the consumer protocol (Kafka's group.consumer.session.timeout.ms and …heartbeat.interval.ms). */
    groupConsumerSessionTimeoutMs: positive.default(45_000),
    groupConsumerHeartbeatIntervalMs: positive.default(5_000),
    /** How long a member of a share group keeps records it has acquired (Kafka's group.share.record.lock.duration.ms). */
    shareRecordLockDurationMs: positive.default(30_000),
    /** The largest request accepted (Kafka's socket.request.max.bytes). */
    maxRequestBytes: positive.default(104_857_600),
    /** How long the cleaner of compacted topics rests where there is nothing to do (Kafka's log.cleaner.backoff.ms). */
    cleanerBackoffMs: z.int().min(10).default(15_000),
    /** Configurations by Kafka's names, for those that have no key of their own here: see docs/broker.md. */
    configs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
    topicDefaults: z
      .strictObject({
        partitions: positive.max(10_000).default(4),
        retentionMs: z.int().min(-1).default(604_800_000),
        retentionBytes: z.int().min(-1).default(-1),
        segmentBytes: z.int().min(16_384).max(2_147_483_647).default(1_073_741_824),
        segmentMs: positive.default(604_800_000),
        maxMessageBytes: z.int().min(0).max(2_147_483_647).default(1_048_588),
        messageTimestampType: z.enum(['CreateTime', 'LogAppendTime']).default('CreateTime'),
        compressionType: z
          .enum(['producer', 'uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'])
          .default('producer'),
      })
      .prefault({}),
  })
  .prefault({})

export type BrokerSection = z.output<typeof brokerSection>
/** What the broker goes by. */
export type Config = SharedConfig & {
  broker: Omit<BrokerSection, 'metrics'> & { metrics: { listen: string } }
}

/** One listener of the broker; `configKey` is the key that says where it listens. */
export type BrokerListener = BrokerSection['listeners'][number] & { configKey: string }

/** Name of `broker.listen`, in errors, metrics and the ready line. */
export const mainListener = 'kafka'

/** The main listener, then the further ones. */
export function brokerListeners({ broker }: Pick<Config, 'broker'>): BrokerListener[] {
  const { listen, advertise, tls, sasl } = broker
  return [
    { name: mainListener, listen, advertise, tls, sasl, configKey: 'broker.listen' },
    ...broker.listeners.map((listener, i) => ({ ...listener, configKey: `broker.listeners[${i}].listen` })),
  ]
}
