import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LRUCache } from 'lru-cache'
import { type ChdbResult, type ChdbSession, type Classification, type LoadedChdb, loadChdb } from './chdb.ts'
import { identifier, literal } from './quote.ts'

/** What a merge was made of stays so long: until it is seen that the merge is whole. */
const mergedPartsKeptSeconds = 30
/** So much must be free for each thread that reads. */
const bytesPerThread = 64 * 1024 * 1024
/** Of statements whose kind is remembered. */
const maxClassifiedCharacters = 1 << 20

export interface EngineOptions {
  folder: string
  maxMemoryBytes: number
  /** The one folder in which backups are made, or from which one is restored. */
  backupFolder: string
}

/** What a statement runs with; every one has a session of its own, since SET sticks to a session. */
export interface SessionOptions {
  database: string
  settings: ReadonlyMap<string, string>
  /** Statement parameters as received, without the `param_` before their names. */
  parameters: ReadonlyMap<string, string>
  readonly: boolean
  /** Names the running statement for `kill`: chDB takes no query id, so it stands in `log_comment`. */
  queryId: string
}

/**
 * The embedded ClickHouse engine. One per process, one data folder per engine; a session is kept open for as long as
 * the engine lives, since closing the last one closes the database.
 */
export class Engine {
  readonly #loaded: LoadedChdb
  readonly #folder: string
  readonly #keeper: ChdbSession
  /** One query may take half of what there is, so that it cannot starve inserts. */
  readonly #maxQueryBytes: number
  readonly #classified = new LRUCache<string, Classification>({
    maxSize: maxClassifiedCharacters,
    maxEntrySize: maxClassifiedCharacters / 16,
    sizeCalculation: (_, sql) => sql.length + 100,
  })

  private constructor(loaded: LoadedChdb, folder: string, keeper: ChdbSession, maxQueryBytes: number) {
    this.#loaded = loaded
    this.#folder = folder
    this.#keeper = keeper
    this.#maxQueryBytes = maxQueryBytes
  }

  /** Opens the data folder, which may hold tables already. Errors: CHDB_MISSING. */
  static async open(options: EngineOptions): Promise<Engine> {
    const loaded = await loadChdb()
    const data = join(options.folder, 'data')
    await mkdir(data, { recursive: true })
    const configFile = join(options.folder, 'server.xml')
    await writeFile(configFile, serverConfig(options))
    const keeper = new loaded.chdb.Session(data, { connectionArgs: [`--config-file=${configFile}`] })
    return new Engine(loaded, data, keeper, Math.floor(options.maxMemoryBytes / 2))
  }

  /** Whole statements, one after the other, on the engine's own session. */
  async command(sql: string): Promise<ChdbResult> {
    return await this.#keeper.queryAsync(sql, { format: 'TabSeparated' })
  }

  /** A fresh session (0.1 ms) with everything set; the caller closes it. */
  async session(options: SessionOptions): Promise<ChdbSession> {
    const session = new this.#loaded.chdb.Session(this.#folder)
    try {
      await session.queryAsync(preamble(options, this.#maxQueryBytes))
      return session
    } catch (error) {
      session.close()
      throw error
    }
  }

  /** It goes by the text alone, and the same few are asked again and again, with other parameters. */
  async classify(session: ChdbSession, sql: string): Promise<Classification> {
    const known = this.#classified.get(sql)
    if (known !== undefined) return known
    const classified = await this.#loaded.native.DurableClassifyAsync(session.connection, sql, null)
    this.#classified.set(sql, classified)
    return classified
  }

  /** Ends a running statement; nothing happens where it has ended already. */
  async kill(queryId: string): Promise<void> {
    const session = new this.#loaded.chdb.Session(this.#folder)
    try {
      await session.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = ${literal(queryId)} ASYNC`)
    } finally {
      session.close()
    }
  }

  /** Ends what still runs, then closes: a connection closed under a running statement would abort the process. */
  async close(): Promise<void> {
    await this.#keeper.queryAsync("KILL QUERY WHERE Settings['log_comment'] != '' ASYNC")
    await this.#loaded.chdb.drainPending()
    this.#keeper.close()
    await this.#loaded.chdb.drainPending()
  }
}

/** Below the engine's own limit of the length of a statement, 262,144 bytes, whatever the characters. */
const usualQueryBytes = 65_536

/** What makes a session ready for one statement, as one text: each round trip into the engine costs 0.3 ms. */
function preamble(options: SessionOptions, maxQueryBytes: number): string {
  const limits: [string, string][] = [
    ['max_memory_usage', String(maxQueryBytes)],
    // by default a thread wants 1 GiB of what is free, and an engine of 2 GB read with one alone
    ['max_threads_min_free_memory_per_thread', String(bytesPerThread)],
  ]
  const settings = [...limits, ...options.settings].map(([name, value]) => `${name} = ${literal(value)}`)
  settings.push(`log_comment = ${literal(options.queryId)}`)
  // by SET and not by chDB's own binding, which escapes a second time and so breaks arrays and maps with quotes
  for (const [name, value] of options.parameters) settings.push(`param_${name} = ${literal(value)}`)
  // readonly comes last, since nothing can be set after it
  const readonly = options.readonly ? '; SET readonly = 1' : ''
  const all = `SET ${settings.join(', ')}`
  // a server's parameters are no part of a statement
  const size = all.length > usualQueryBytes ? `SET max_query_size = ${4 * all.length}; ` : ''
  return `USE ${identifier(options.database)}; ${size}${all}${readonly}`
}

/**
 * Server settings that no statement can change. The memory cap is soft; the resident size is watched beside it.
 * By default nothing is synced: an answered insert must be on disk (7.0 -> 9.1 ms per insert), and a merge before that goes
 * which it was made of, which by default is at once. A map in buckets has hundreds of
 * files, whose buffers would have their full size from the start. Merges of ten parts instead of five are half the work, and
 * most tables get a part of few rows several times a second. A deletion goes through all parts of a table, four at a time, and by
 * default waits up to a second after each four (64 parts: 9.4 -> 2.1 s).
 */
function serverConfig({ maxMemoryBytes, backupFolder }: EngineOptions): string {
  return `<clickhouse>
  <max_server_memory_usage>${maxMemoryBytes}</max_server_memory_usage>
  <mark_cache_size>${Math.floor(maxMemoryBytes / 8)}</mark_cache_size>
  <uncompressed_cache_size>0</uncompressed_cache_size>
  <background_processing_pool_task_sleep_seconds_when_no_work_random_part>0.05</background_processing_pool_task_sleep_seconds_when_no_work_random_part>
  <backups>
    <allowed_path>${xml(`${backupFolder}/`)}</allowed_path>
  </backups>
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
    <min_compressed_bytes_to_fsync_after_merge>1</min_compressed_bytes_to_fsync_after_merge>
    <old_parts_lifetime>${mergedPartsKeptSeconds}</old_parts_lifetime>
    <min_columns_to_activate_adaptive_write_buffer>1</min_columns_to_activate_adaptive_write_buffer>
    <merge_selector_base>10</merge_selector_base>
  </merge_tree>
</clickhouse>
`
}

function xml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
