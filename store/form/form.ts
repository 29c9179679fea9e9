import { assert, type SharedConfig } from '../../lib/base/index.ts'
import { identifier, literal } from '../engine/quote.ts'

/** How the tables of the migrations are made: as they stand there, or replicated over a cluster and sharded. */
export interface SchemaForm {
  /** Name of the cluster in the servers' configuration; null for one server. */
  cluster: string | null
  /** Of the servers' configuration: where parts lie, such as a policy with a cold volume on S3. */
  storagePolicy: string | null
}

export const plainForm: SchemaForm = { cluster: null, storagePolicy: null }

export function formOf({ clickhouse }: Pick<SharedConfig, 'clickhouse'>): SchemaForm {
  const { cluster, storagePolicy } = clickhouse
  return { cluster, storagePolicy }
}

/** `ON CLUSTER name`, or nothing. */
export function onCluster({ cluster }: SchemaForm): string {
  return cluster === null ? '' : ` ON CLUSTER ${identifier(cluster)}`
}

/** The table that holds the parts, for statements that work on these: ALTER … DELETE, DROP PARTITION. */
export function localTable(form: SchemaForm, table: string): string {
  return form.cluster === null ? table : `${table}_local${onCluster(form)}`
}

/** `system.parts` of one replica of every shard. */
export function systemParts({ cluster }: SchemaForm): string {
  return cluster === null ? 'system.parts' : `cluster(${literal(cluster)}, system.parts)`
}

/** A statement of a migration in its form: one, or the local table's and the distributed one's. */
export function inForm(statement: string, form: SchemaForm): string[] {
  const altered = /^ALTER TABLE (\w+) /m.exec(statement)?.[1]
  if (altered !== undefined) return form.cluster === null ? [statement] : alterEach(statement, altered, form)
  const table = /^CREATE TABLE IF NOT EXISTS (\w+)$/m.exec(statement)?.[1]
  assert(table !== undefined, `no known form of a migration's statement: ${statement.slice(0, 80)}`)
  const stored = withPolicy(statement, form)
  return form.cluster === null ? [stored] : [local(stored, table, form), distributed(statement, table, form)]
}

/** A distributed table has columns, but neither indexes nor anything else that a part has. */
function alterEach(statement: string, altered: string, form: SchemaForm): string[] {
  const isOfColumns = new RegExp(`^ALTER TABLE ${altered} \\w+ COLUMN `, 'm').test(statement)
  return [`${altered}_local`, ...(isOfColumns ? [altered] : [])].map(table =>
    statement.replace(`ALTER TABLE ${altered} `, `ALTER TABLE ${table}${onCluster(form)} `),
  )
}

/**
 * Replicated tables have settings of their own for repeated inserts; by time they would forget them after an hour, but a
 * range may be repeated after a crash that lasted longer.
 */
function local(statement: string, table: string, form: SchemaForm): string {
  const engine = /^ENGINE = (\w*MergeTree)(?:\((.*)\))?$/m
  assert(engine.test(statement), `${table} has no engine that can be replicated`)
  return withSetting(statement.replace(/non_replicated_(deduplication_window)/, 'replicated_$1'), [
    'replicated_deduplication_window_seconds = 604800',
  ])
    .replace(`EXISTS ${table}\n`, `EXISTS ${table}_local${onCluster(form)}\n`)
    .replace(engine, (_, name: string, given: string | undefined) => {
      const more = given === undefined || given === '' ? '' : `, ${given}`
      return `ENGINE = Replicated${name}('/clickhouse/tables/{shard}/{database}/${table}', '{replica}'${more})`
    })
}

function distributed(statement: string, table: string, form: SchemaForm): string {
  const cluster = literal(form.cluster ?? '')
  return `CREATE TABLE IF NOT EXISTS ${table}${onCluster(form)} AS ${table}_local
ENGINE = Distributed(${cluster}, currentDatabase(), ${literal(`${table}_local`)}, ${shardKey(statement, table)})`
}

/** Keys by which rows are spread, the first that a table has. A range's rows of a topic stay together, and so does a series. */
const shardKeys = [
  ['TopicPartition', 'cityHash64(Topic, TopicPartition)'],
  ['Fingerprint', 'cityHash64(Tenant, Fingerprint)'],
  ['RollupName', 'cityHash64(Tenant, RollupName)'],
  ['PatternId', 'cityHash64(Tenant, PatternId)'],
  ['ServiceName', 'cityHash64(Tenant, ServiceName)'],
  ['Id', 'cityHash64(Id)'],
  ['TraceIdBytes', 'cityHash64(TraceIdBytes)'],
] as const

function shardKey(statement: string, table: string): string {
  const found = shardKeys.find(([column]) => new RegExp(`^ +${column} `, 'm').test(statement))
  assert(found !== undefined, `${table} has no column to spread its rows by`)
  return found[1]
}

function withPolicy(statement: string, { storagePolicy }: SchemaForm): string {
  return storagePolicy === null
    ? statement
    : withSetting(statement, [`storage_policy = ${literal(storagePolicy)}`])
}

function withSetting(statement: string, settings: readonly string[]): string {
  const text = settings.join(', ')
  return /^SETTINGS /m.test(statement)
    ? statement.replace(/^SETTINGS /m, `SETTINGS ${text}, `)
    : `${statement}\nSETTINGS ${text}`
}

/** Where applied migrations are noted: in a cluster all servers share one table, whatever their shard. */
export function migrationsTable(form: SchemaForm): string {
  const engine =
    form.cluster === null
      ? 'ReplacingMergeTree(AppliedAt)'
      : `ReplicatedReplacingMergeTree('/clickhouse/tables/{database}/schema_migrations', '{shard}-{replica}', AppliedAt)`
  return `CREATE TABLE IF NOT EXISTS schema_migrations${onCluster(form)} (Version UInt32, Name String, Checksum String, AppliedAt DateTime64(3) DEFAULT now64(3)) ENGINE = ${engine} ORDER BY Version`
}
