import { messageOf, OperatingError } from '../../lib/base/index.ts'

/** What of chDB is used here; its own types stay out so that everything else compiles where chDB is not installed. */
export interface Chdb {
  Session: new (path: string, options?: { connectionArgs?: readonly string[] }) => ChdbSession
  drainPending(): Promise<void>
}

export interface ChdbSession {
  readonly connection: unknown
  queryAsync(sql: string, options?: { format?: string }): Promise<ChdbResult>
  queryStream(sql: string, options?: { format?: string }): ChdbStream
  close(): void
}

export interface ChdbResult {
  readonly elapsed: number
  readonly rowsRead: number
  readonly bytesRead: number
  bytes(): Uint8Array
  text(): string
}

export interface ChdbStream extends AsyncIterable<{ raw(): Uint8Array }> {
  cancel(): void
}

/** What the engine's own parser says of a statement. */
export interface Classification {
  statementCount: number
  /** 0 reads, 1 writes, 3 anything else (SET, SYSTEM, KILL, INTO OUTFILE), 4 does not parse. */
  queryClass: number
}

export interface ChdbNative {
  DurableClassifyAsync(
    connection: unknown,
    sql: string,
    targetDatabase: string | null,
  ): Promise<Classification>
}

export interface LoadedChdb {
  chdb: Chdb
  native: ChdbNative
}

/** Loads the engine. Errors: CHDB_MISSING where the package or its binary for this platform is absent. */
export async function loadChdb(): Promise<LoadedChdb> {
  const name: string = 'chdb'
  try {
    const chdb = (await import(name)) as Chdb
    const { createRequire } = await import('node:module')
    const require = createRequire(import.meta.url)
    // the classifier is not part of chdb's public face; its loader is a file of the package beside the entry
    const entry = require.resolve('chdb')
    const loader = require(entry.replace(/index\.js$/, 'dist/loader.js')) as { loadNative(): ChdbNative }
    return { chdb, native: loader.loadNative() }
  } catch (cause) {
    const why = messageOf(cause).split('\n')[0]
    const message = `chdb is not installed or has no build for ${process.platform} ${process.arch} (${why}): install it with its optional dependencies, or set clickhouse.url to a ClickHouse server`
    throw new OperatingError('CHDB_MISSING', message, { cause })
  }
}
