import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { assert, type Logger, messageOf, OperatingError } from '../lib/base/index.ts'
import { createStoreClient } from './client/client.ts'
import { formOf, inForm, migrationsTable, onCluster, plainForm, type SchemaForm } from './form/form.ts'
import type { StoreConfig } from './password.ts'
import { type RollupName, rollupStatements, rollups } from './rollups.ts'

/** One numbered SQL file. */
interface Migration {
  version: number
  name: string
  checksum: string
  statements: string[]
}

const folder = new URL('./migrations/', import.meta.url)
const lockTable = 'schema_migrations_lock'
const lockWaitMs = 250
/** A lock older than this was left by a process that died. */
const lockStaleS = 60
const maxLockAttempts = 400

/**
 * Brings the tables to this version: numbered files, each once, in order, recorded in `schema_migrations`. Makes the
 * database where it is missing. Every statement of a migration is safe to repeat (IF NOT EXISTS), so a process killed
 * half-way, or two at once, do no harm; the lock only keeps the second from doing the work again. Where everything is applied nothing is
 * made or changed, so that a user who may not do that will do.
 * Errors: MIGRATION_FAILED, SCHEMA_DIFFERS.
 */
export async function migrate(config: StoreConfig, logger: Logger): Promise<void> {
  const form = formOf(config)
  const migrations = await readMigrations(form)
  const client = await createStoreClient(config, { maxOpenConnections: 1, application: 'millrace-migrate' })
  try {
    if (await areApplied(client, migrations)) return
    await ensureDatabase(config, form)
    await command(client, migrationsTable(form))
    await locked(client, async () => {
      for (const migration of await pending(client, migrations)) await apply(client, migration, logger)
    })
  } finally {
    await client.close()
  }
}

/** The newest migration that was applied, and the newest that there is. */
export async function schemaState(
  client: ClickHouseClient,
  form: SchemaForm,
): Promise<{ applied: number; known: number }> {
  const migrations = await readMigrations(form)
  const left = new Set((await pending(client, migrations)).map(({ version }) => version))
  const versions = migrations.map(({ version }) => version)
  return {
    applied: Math.max(0, ...versions.filter(version => !left.has(version))),
    known: Math.max(...versions),
  }
}

/** All that `migrate` runs against an empty server, in order. */
export async function schemaStatements(database: string, form: SchemaForm): Promise<string[]> {
  const migrations = await readMigrations(form)
  return [
    createDatabase(database, form),
    migrationsTable(form),
    ...migrations.flatMap(({ version, name, checksum, statements }) => [
      ...statements,
      `INSERT INTO schema_migrations (Version, Name, Checksum) VALUES (${version}, '${name}', '${checksum}')`,
    ]),
  ]
}

function createDatabase(database: string, form: SchemaForm): string {
  // the name is a plain identifier, checked when the configuration was read
  return `CREATE DATABASE IF NOT EXISTS ${database}${onCluster(form)}`
}

async function ensureDatabase(config: StoreConfig, form: SchemaForm): Promise<void> {
  const client = await createStoreClient(config, { maxOpenConnections: 1, database: 'default' })
  try {
    await command(client, createDatabase(config.clickhouse.database, form))
  } finally {
    await client.close()
  }
}

async function readMigrations(form: SchemaForm): Promise<Migration[]> {
  const names = (await readdir(folder)).filter(name => /^\d{4}_\w+\.sql$/.test(name)).sort()
  return await Promise.all(
    names.map(async name => {
      const sql = await readFile(new URL(name, folder), 'utf8')
      const statements = splitStatements(sql).flatMap(expandRollup)
      // a policy may change, the form may not
      const { cluster } = form
      const fixed = cluster === null ? statements : inEach(statements, { ...plainForm, cluster })
      return {
        version: Number(name.slice(0, 4)),
        name: name.slice(0, -4),
        checksum: createHash('sha256').update(fixed.join(';')).digest('hex').slice(0, 16),
        statements: inEach(statements, form),
      }
    }),
  )
}

function inEach(statements: readonly string[], form: SchemaForm): string[] {
  return statements.flatMap(statement => inForm(statement, form))
}

/** Statements of a file: each ends with a semicolon at the end of a line. */
function splitStatements(sql: string): string[] {
  return sql
    .split(/;[ \t]*$/m)
    .map(statement => statement.trim())
    .filter(statement => statement.replace(/^\s*--.*$/gm, '').trim() !== '')
}

/** `ROLLUP name` stands for the tables of that rollup. */
function expandRollup(statement: string): string[] {
  const name = /^ROLLUP (\w+)$/m.exec(statement)?.[1]
  if (name === undefined) return [statement]
  assert(Object.hasOwn(rollups, name), `there is no rollup ${name}`)
  return rollupStatements(rollups[name as RollupName])
}

async function areApplied(client: ClickHouseClient, migrations: Migration[]): Promise<boolean> {
  try {
    return (await pending(client, migrations)).length === 0
  } catch (error) {
    if (error instanceof OperatingError) throw error
    const { type } = error as { type?: unknown }
    if (type === 'UNKNOWN_DATABASE' || type === 'UNKNOWN_TABLE') return false
    throw failed('its first question', error)
  }
}

/** What is not applied yet. Errors: SCHEMA_DIFFERS where an applied migration was another one than ours of its number. */
async function pending(client: ClickHouseClient, migrations: Migration[]): Promise<Migration[]> {
  const result = await client.query({
    query:
      'SELECT Version AS version, argMax(Checksum, AppliedAt) AS checksum FROM schema_migrations GROUP BY Version',
    format: 'JSONEachRow',
  })
  const rows = await result.json<{ version: number; checksum: string }>()
  const applied = new Map(rows.map(({ version, checksum }) => [Number(version), checksum]))
  for (const { version, name, checksum } of migrations) {
    const found = applied.get(version)
    if (found !== undefined && found !== checksum) throw differs(name)
  }
  return migrations.filter(migration => !applied.has(migration.version))
}

function differs(name: string): OperatingError {
  return new OperatingError(
    'SCHEMA_DIFFERS',
    `the store's tables were made by another version of Millrace (${name} differs): give this version a store of its own ` +
      'with --set clickhouse.database=OTHER or a new dataDir, or go on with the version that made it',
  )
}

async function apply(client: ClickHouseClient, migration: Migration, logger: Logger): Promise<void> {
  for (const statement of migration.statements) await command(client, statement, migration.name)
  await client.insert({
    table: 'schema_migrations',
    values: [{ Version: migration.version, Name: migration.name, Checksum: migration.checksum }],
    columns: ['Version', 'Name', 'Checksum'],
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0 },
  })
  logger.info('migrated', { migration: migration.name })
}

/** CREATE TABLE without IF NOT EXISTS succeeds for one only: that is the lock. */
async function locked(client: ClickHouseClient, work: () => Promise<void>): Promise<void> {
  for (let attempt = 0; !(await takeLock(client)); attempt++) {
    if (attempt >= maxLockAttempts)
      throw new OperatingError(
        'MIGRATION_FAILED',
        `another process has held ${lockTable} for too long: see what it does, or drop that table`,
      )
    await dropStaleLock(client)
    await sleep(lockWaitMs)
  }
  try {
    await work()
  } finally {
    await command(client, `DROP TABLE IF EXISTS ${lockTable}`)
  }
}

async function takeLock(client: ClickHouseClient): Promise<boolean> {
  try {
    await client.command({
      query: `CREATE TABLE ${lockTable} (Holder String) ENGINE = MergeTree ORDER BY Holder COMMENT '${process.pid} ${randomUUID()}'`,
    })
    return true
  } catch (error) {
    if ((error as { type?: unknown }).type === 'TABLE_ALREADY_EXISTS') return false
    throw failed('the lock', error)
  }
}

async function dropStaleLock(client: ClickHouseClient): Promise<void> {
  const result = await client.query({
    query: `SELECT 1 AS stale FROM system.tables WHERE database = currentDatabase() AND name = {name:String} AND metadata_modification_time < now() - {seconds:UInt32}`,
    query_params: { name: lockTable, seconds: lockStaleS },
    format: 'JSONEachRow',
  })
  if ((await result.json()).length > 0) await command(client, `DROP TABLE IF EXISTS ${lockTable}`)
}

async function command(client: ClickHouseClient, query: string, what = 'a statement'): Promise<void> {
  try {
    await client.command({ query })
  } catch (error) {
    throw failed(what, error)
  }
}

function failed(what: string, cause: unknown): OperatingError {
  const message = `migrating the store failed at ${what} (${messageOf(cause)}): check clickhouse.url, its user and that user's rights`
  return new OperatingError('MIGRATION_FAILED', message, { cause })
}
