import { hostname } from 'node:os'
import { z } from 'zod'
import { parseHostPort } from '../listen.ts'
import { clientSecurity, saslMechanism } from './client-security.ts'

// Messages of refinements name what is expected; load.ts puts "found …, expected …" around them.

const address = z.string().refine(text => {
  try {
    parseHostPort(text)
    return true
  } catch {
    return false
  }
}, 'an address host:port as in 127.0.0.1:9092')
const positive = z.int().positive()
const glob = z.string().min(1)
const regex = z.string().refine(text => {
  try {
    new RegExp(text)
    return true
  } catch {
    return false
  }
}, 'a regular expression')

const fileSource = z.strictObject({
  type: z.literal('file'),
  /** Shows up in errors and metrics; free to choose. */
  name: z.string().min(1).default('files'),
  include: z.array(glob).min(1),
  exclude: z.array(glob).default([]),
  /** The service of every line; null: the file's name without its ending. */
  service: z.string().min(1).nullable().default(null),
  parse: z.enum(['auto', 'json', 'logfmt', 'none']).default('auto'),
  /** Lines that do not match `start` are joined to the one before them. */
  multiline: z
    .strictObject({ start: regex, timeoutMs: positive.default(1000), maxLines: positive.default(500) })
    .nullable()
    .default(null),
  /** A longer line is cut here and marked; bytes. */
  maxLineBytes: z.int().min(64).max(16_777_216).default(262_144),
})

const otlpSource = z.strictObject({
  type: z.literal('otlp'),
  http: address.nullable().default('127.0.0.1:4318'),
  grpc: address.nullable().default('127.0.0.1:4317'),
  maxRequestBytes: positive.default(16_777_216),
})

const forwardSource = z.strictObject({
  type: z.literal('forward'),
  listen: address.default('127.0.0.1:24224'),
  maxRequestBytes: positive.default(16_777_216),
})

const hostMetricsSource = z.strictObject({
  type: z.literal('hostmetrics'),
  intervalMs: z.int().min(100).default(15_000),
})

const source = z.discriminatedUnion('type', [fileSource, otlpSource, forwardSource, hostMetricsSource])

const defaultSources: z.input<typeof source>[] = [
  { type: 'file', name: 'system', include: ['/var/log/**/*.log', '/var/log/syslog', '/var/log/messages'] },
  { type: 'otlp' },
  { type: 'forward' },
  { type: 'hostmetrics' },
]

const defaultBrokerListen = '127.0.0.1:9092'
const defaultBrokerMetrics = '127.0.0.1:9308'

const topicName = z.string().regex(/^(?!\.{1,2}$)[a-zA-Z0-9._-]{1,249}$/, 'a topic name of a-z A-Z 0-9 . _ -')
const identifier = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a name of letters, digits and _')

const principal = z.string().regex(/^User:.+$/, 'a principal as in User:ada')

const listenerSecurity = {
  /** PEM files, read again when they change; null: no TLS. */
  tls: z
    .strictObject({
      cert: z.string().min(1),
      key: z.string().min(1),
      keyPassword: z.string().nullable().default(null),
      /** Whose certificates clients may show; null: those that the machine trusts. */
      ca: z.string().min(1).nullable().default(null),
      /** Kafka's ssl.client.auth. */
      clientAuth: z.enum(['none', 'requested', 'required']).default('none'),
    })
    .nullable()
    .default(null),
  /** Mechanisms offered; none: clients need not say who they are. */
  sasl: z.array(saslMechanism).default([]),
}

const listener = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]+$/, 'a name of letters, digits, - and _'),
  listen: address,
  advertise: address.nullable().default(null),
  ...listenerSecurity,
})

/** The whole of millrace.yaml. Every key has a default that works; sizes are bytes, times milliseconds. */
export const configSchema = z
  .strictObject({
    dataDir: z.string().min(1).default('./millrace-data'),
    tenant: z.string().min(1).default('default'),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
    kafka: z
      .strictObject({
        brokers: z.array(address).min(1).nullable().default(null),
        ...clientSecurity,
        topics: z
          .strictObject({
            logs: topicName.default('otlp_logs'),
            metrics: topicName.default('otlp_metrics'),
            traces: topicName.default('otlp_spans'),
            heartbeats: topicName.default('millrace_heartbeats'),
            partitions: positive.max(1000).default(4),
          })
          .prefault({}),
      })
      .prefault({}),
    broker: z
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
      .prefault({}),
    store: z
      .strictObject({
        listen: address.default('127.0.0.1:8123'),
        maxMemoryBytes: positive.default(2_000_000_000),
        maxConcurrentQueries: positive.max(64).default(6),
      })
      .prefault({}),
    clickhouse: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/, error: 'a URL as in http://127.0.0.1:8123' })
          .nullable()
          .default(null),
        database: identifier.default('millrace'),
        username: z.string().min(1).default('default'),
        password: z.string().nullable().default(null),
      })
      .prefault({}),
    agent: z
      .strictObject({
        id: z.string().min(1).nullable().default(null),
        sources: z.array(source).prefault(defaultSources),
        transforms: z.array(z.never('nothing: no transforms are known yet')).default([]),
        spool: z
          .strictObject({
            maxBytes: z.int().min(1_048_576).default(1_073_741_824),
            onFull: z.literal('block').default('block'),
          })
          .prefault({}),
        heartbeatMs: z.int().min(100).default(5000),
      })
      .prefault({}),
    aggregator: z
      .strictObject({
        maxDelayMs: z.int().min(10).default(500),
        maxRows: z.int().min(100).max(1_000_000).default(100_000),
        group: z.string().min(1).default('millrace-aggregator'),
      })
      .prefault({}),
    query: z.strictObject({ listen: address.default('127.0.0.1:4300') }).prefault({}),
    /** Where each role sends metrics and logs about itself; null: nowhere (`up` points it at the agent it starts). */
    telemetry: z
      .strictObject({
        enabled: z.boolean().default(true),
        endpoint: z
          .url({ protocol: /^https?$/, error: 'a URL as in http://127.0.0.1:4318' })
          .nullable()
          .default(null),
        intervalMs: z.int().min(100).default(15_000),
      })
      .prefault({}),
  })
  .transform(config => ({
    ...config,
    kafka: {
      ...config.kafka,
      brokers: config.kafka.brokers ?? [config.broker.advertise ?? config.broker.listen],
    },
    broker: {
      ...config.broker,
      metrics: {
        listen:
          config.broker.metrics.listen ??
          (config.broker.listen === defaultBrokerListen ? defaultBrokerMetrics : '127.0.0.1:0'),
      },
    },
    clickhouse: { ...config.clickhouse, url: config.clickhouse.url ?? `http://${config.store.listen}` },
    agent: { ...config.agent, id: config.agent.id ?? hostname() },
  }))

export type Config = z.output<typeof configSchema>
export type ConfigInput = z.input<typeof configSchema>
export type Source = z.output<typeof source>
export type FileSource = z.output<typeof fileSource>
export type OtlpSource = z.output<typeof otlpSource>
export type ForwardSource = z.output<typeof forwardSource>
export type HostMetricsSource = z.output<typeof hostMetricsSource>
