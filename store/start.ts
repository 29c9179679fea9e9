import { mkdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { Closers, ensureFolder, listen, lockFolder, type Role, type RoleContext } from '../lib/base/index.ts'
import { backupFolder } from './backup.ts'
import type { Config } from './config.ts'
import { noteBoot, powerMayBeLost } from './deduplication/boot.ts'
import { NotedBlocks } from './deduplication/noted.ts'
import { mendDeduplication } from './deduplication/tables.ts'
import { forgetLeftMutations } from './deletion/mutations.ts'
import { DiskWatch } from './disk.ts'
import { Engine } from './engine/engine.ts'
import { identifier } from './engine/quote.ts'
import { Facade } from './facade/facade.ts'
import { watchMemory } from './memory.ts'
import { migrate } from './migrate.ts'
import { ensureStorePassword } from './password.ts'
import { restoringFolder } from './restore.ts'
import { NewParts, watchParts } from './whole-parts.ts'

const maxConcurrentInserts = 4
/** How long requests may go on after a stop before they are ended. */
const drainMs = 5_000

/** Parameters of statements stand in the address. As ClickHouse's `http_max_uri_size`. */
const maxUriBytes = 1_048_576

/**
 * The embedded ClickHouse: chDB behind ClickHouse's HTTP interface on `store.listen`. Ready when the tables are there.
 * Errors: CHDB_MISSING, FOLDER_LOCKED, FOLDER_UNWRITABLE, PORT_IN_USE, MIGRATION_FAILED, SCHEMA_DIFFERS.
 */
export async function startStore(config: Config, context: RoleContext): Promise<Role> {
  const closers = new Closers()
  try {
    return await start(config, context, closers)
  } catch (error) {
    await closers.close()
    throw error
  }
}

async function start(config: Config, context: RoleContext, closers: Closers): Promise<Role> {
  const folder = join(config.dataDir, 'store')
  await ensureFolder(folder)
  closers.add('folder lock', await lockFolder(folder))
  const spoolFolder = join(folder, 'spool')
  await rm(spoolFolder, { recursive: true, force: true })
  await mkdir(spoolFolder, { recursive: true })
  // of backups and restores that were ended before they were done
  for (const left of [backupFolder(config), restoringFolder(config)])
    await rm(left, { recursive: true, force: true })
  const password = await ensureStorePassword(config)

  const data = join(folder, 'data')
  const inUse = join(folder, 'in-use')
  await mendDeduplication(data, await powerMayBeLost(inUse), context.logger)
  const boot = await noteBoot(inUse)
  closers.add('note of use', () => boot.clear())
  const parts = new NewParts(data)
  await parts.passOver()
  const { maxMemoryBytes } = config.store
  const engine = await Engine.open({ folder, maxMemoryBytes, backupFolder: backupFolder(config) })
  closers.add('engine', () => engine.close())
  // chDB's default database engine keeps tables in memory only
  await engine.command(
    `CREATE DATABASE IF NOT EXISTS ${identifier(config.clickhouse.database)} ENGINE = Atomic`,
  )

  const disk = new DiskWatch(config.store.minFreeBytes, context, folder)
  closers.add('disk watch', () => disk.stop())

  let isMigrated = false
  const facade = new Facade({
    engine,
    // tables are made in any case, so that there is a store in which room can be made
    isDiskFull: () => isMigrated && disk.isFull,
    spoolFolder,
    blocks: new NotedBlocks(data, boot),
    fail: context.fail,
    credentials: { username: config.clickhouse.username, password },
    ...concurrency(config, context),
    clock: context.clock,
    logger: context.logger.child('http'),
    metrics: context.metrics,
  })
  const options = { keepAliveTimeout: 30_000, requestTimeout: 0, maxHeaderSize: maxUriBytes }
  const server = createServer(options, facade.handle)
  const address = await listen(server, config.store.listen, 'store.listen')
  closers.add('server', () => closeServer(server, facade))

  const clickhouse = { ...config.clickhouse, url: `http://${address}`, password }
  await migrate({ ...config, clickhouse }, context.logger)
  isMigrated = true
  closers.add('left mutations', forgetLeftMutations(engine, config.clickhouse.database, context.logger))
  const stopWatching = watchMemory(config.store.maxMemoryBytes, context)
  closers.add('memory watch', stopWatching)
  closers.add('parts watch', watchParts(parts, context))
  return { addresses: { clickhouse: address }, close: () => closers.close() }
}

/**
 * Every running query holds a thread of libuv's pool, whose size `bin/millrace.js` sets before it is first used. With four
 * threads only so many can run at once without blocking file access.
 */
function concurrency(
  config: Config,
  context: RoleContext,
): { maxConcurrentQueries: number; maxConcurrentInserts: number } {
  const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4)
  const wanted = config.store.maxConcurrentQueries
  if (threads >= wanted + maxConcurrentInserts + 2)
    return { maxConcurrentQueries: wanted, maxConcurrentInserts }
  const queries = Math.max(1, Math.min(wanted, threads - 3))
  context.logger.warn(
    'fewer queries at once than configured: start with a larger UV_THREADPOOL_SIZE in the environment, or none',
    { threads, wanted: wanted + maxConcurrentInserts + 2, maxConcurrentQueries: queries },
  )
  return { maxConcurrentQueries: queries, maxConcurrentInserts: 1 }
}

/** Lets requests end for a while, then ends them. */
async function closeServer(server: Server, facade: Facade): Promise<void> {
  const closed = new Promise(resolve => server.close(resolve))
  server.closeIdleConnections()
  const timer = setTimeout(() => {
    facade.abort()
    server.closeAllConnections()
  }, drainMs)
  await closed
  clearTimeout(timer)
}
