import type { AgentState } from '../completeness/tracker.ts'
import type { StoreReader } from '../store-reader.ts'

/** A file that an agent follows, and of which no record is stored: it is empty, new, or still to be read. */
export interface UnstoredFile {
  host: string
  path: string
  /** What its agent has still to read of it. */
  lagBytes: number
}

type Followed = Pick<AgentState, 'agent' | 'sources'>

const maxFiles = 10_000
/** Names of files have up to 4 KB, and the parameters of a statement together up to 1 MB. */
const pathsPerQuestion = 200

/** Files that agents said they follow and the ledger has nothing of, by host and path. */
export async function unstoredFiles(
  reader: StoreReader,
  agents: readonly Followed[],
  { host, path }: { host: string; path: string },
  signal: AbortSignal,
): Promise<UnstoredFile[]> {
  const followed = agents
    .filter(({ agent }) => host === '' || agent === host)
    .flatMap(({ agent, sources }) => sources.map(one => ({ ...one, host: agent })))
    .filter(({ source }) => isFile(source) && source.startsWith(path))
    .slice(0, maxFiles)
  if (followed.length === 0) return []
  const paths = [...new Set(followed.map(({ source }) => source))]
  const rows: { host: string; path: string }[] = []
  for (let i = 0; i < paths.length; i += pathsPerQuestion)
    // whoever's they are: what another tenant has of a file is stored
    rows.push(...(await storedFiles(reader, paths.slice(i, i + pathsPerQuestion), signal)))
  const stored = new Set(rows.map(row => `${row.host}:${row.path}`))
  return followed
    .filter(one => !stored.has(`${one.host}:${one.source}`))
    .map(one => ({ host: one.host, path: one.source, lagBytes: one.lagBytes }))
    .sort((a, b) => (`${a.host}:${a.path}` < `${b.host}:${b.path}` ? -1 : 1))
}

async function storedFiles(reader: StoreReader, paths: readonly string[], signal: AbortSignal) {
  const { rows } = await reader.rows<{ host: string; path: string }>(
    'SELECT DISTINCT Agent AS host, Source AS path FROM ledger WHERE has({paths:Array(String)}, Source)',
    { paths: [...paths] },
    signal,
  )
  return rows
}

/** What the agent of a host has still to read of a file; undefined where it does not follow it. */
export function lagOf(
  agents: readonly Followed[],
  { host, path }: { host: string; path: string },
): number | undefined {
  const found = agents.find(({ agent }) => agent === host)?.sources.find(({ source }) => source === path)
  return found?.lagBytes
}

/** Sources that are no files have names without a folder. */
function isFile(source: string): boolean {
  return source.startsWith('/')
}
