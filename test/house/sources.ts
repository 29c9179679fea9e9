import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface SourceFile {
  /** From the repository's root: `lib/log/log.ts`. */
  path: string
  lines: number
  /** Files of the repository that it imports, dynamic imports included. */
  imports: string[]
  /** Those of them whose code is needed, not only their types. */
  valueImports: string[]
}

export const root = fileURLToPath(new URL('../..', import.meta.url))
/** Folders of `lib/kafka` that are rooms of their own. */
const kafkaRooms: ReadonlySet<string> = new Set(['client', 'admin'])
const skipped = new Set(['node_modules', 'dist', '.git', 'millrace-data'])

/** Every source file of the repository with what it imports. */
export function readSources(): SourceFile[] {
  return list(root)
    .filter(path => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map(readSource)
}

function list(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : list(path)
    return [relative(root, path)]
  })
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8')
  const imports = new Set<string>()
  const valueImports = new Set<string>()
  for (const [statement, clause = '', target = ''] of text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b([^'"();]*?)(?:from\s*)?'(\.[^']+)'|import\('(?:\.[^']+)'\)/g,
  )) {
    const found = target === '' ? (/'([^']+)'/.exec(statement)?.[1] ?? '') : target
    const resolved = normalize(join(dirname(path), found))
    imports.add(resolved)
    if (!/^\s*type\b/.test(clause)) valueImports.add(resolved)
  }
  return { path, lines: text.split('\n').length - 1, imports: [...imports], valueImports: [...valueImports] }
}

/** The room a file stands in: `lib/log`, `lib/kafka/client`, `broker`, `test`. */
export function roomOf(path: string): string {
  const [first = '', second = '', third = ''] = path.split('/')
  if (first !== 'lib') return path.includes('/') ? first : ''
  return second === 'kafka' && kafkaRooms.has(third) ? `lib/kafka/${third}` : `lib/${second}`
}
