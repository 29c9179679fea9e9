import { readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** More files than this in one source are not followed; the rest is said once. */
export const maxFiles = 20_000
const maxDirectoryDepth = 32

/**
 * Finds files by glob patterns: `*`, `?`, `[a-z]`, `{a,b}` within a name, `**` over any number of folders. Names that
 * begin with a dot are only matched by a pattern that does too. Folders behind symbolic links are not entered by `**`,
 * so links cannot make circles; linked files are found.
 *
 * @example
 * const find = new Glob(['/var/log/*.log'], ['/var/log/private.log'])
 * find.list() // => ['/var/log/app.log', '/var/log/shop.log']
 */
export class Glob {
  readonly #includes: Segments[]
  readonly #whole: RegExp[]
  readonly #excludes: RegExp[]

  constructor(include: readonly string[], exclude: readonly string[]) {
    const patterns = include.flatMap(expandBraces).map(pattern => resolve(pattern))
    this.#includes = patterns.map(segmentsOf)
    this.#whole = patterns.map(wholePath)
    this.#excludes = exclude.flatMap(expandBraces).map(pattern => wholePath(resolve(pattern)))
  }

  /** Whether a path, there or not, is one of those that are looked for. */
  matches(path: string): boolean {
    return this.#whole.some(whole => whole.test(path)) && !this.#excludes.some(exclude => exclude.test(path))
  }

  /** Paths that match now, in no order, each once. What cannot be read is left out. */
  list(): string[] {
    const found = new Set<string>()
    for (const segments of this.#includes) walk('/', segments, 0, 0, found)
    return [...found].filter(path => !this.#excludes.some(exclude => exclude.test(path)))
  }
}

type Segment = string | RegExp | typeof anyFolders
type Segments = readonly Segment[]
const anyFolders = Symbol('**')

function walk(folder: string, segments: Segments, index: number, depth: number, found: Set<string>): void {
  const segment = segments[index]
  if (segment === undefined || found.size >= maxFiles || depth > maxDirectoryDepth) return
  const isLast = index === segments.length - 1
  if (typeof segment === 'string') {
    const path = join(folder, segment)
    if (!isLast) walk(path, segments, index + 1, depth, found)
    else if (isFile(path)) found.add(path)
  } else if (segment === anyFolders) {
    walk(folder, segments, index + 1, depth, found)
    for (const entry of entriesOf(folder))
      if (entry.isDirectory() && !entry.name.startsWith('.'))
        walk(join(folder, entry.name), segments, index, depth + 1, found)
  } else walkMatching(folder, segment, segments, index, depth, found)
}

function walkMatching(
  folder: string,
  name: RegExp,
  segments: Segments,
  index: number,
  depth: number,
  found: Set<string>,
): void {
  const isLast = index === segments.length - 1
  for (const entry of entriesOf(folder)) {
    if (!name.test(entry.name)) continue
    const path = join(folder, entry.name)
    if (!isLast) walk(path, segments, index + 1, depth + 1, found)
    else if (entry.isFile() || (entry.isSymbolicLink() && isFile(path))) found.add(path)
  }
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    // a folder that is not there, or not ours to read, has no files for us: it is looked at again each time
    return []
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true
  } catch {
    return false
  }
}

function segmentsOf(pattern: string): Segments {
  return pattern
    .split('/')
    .filter(part => part !== '')
    .map(part => (part === '**' ? anyFolders : /[*?[]/.test(part) ? nameRegex(part) : part))
}

function wholePath(pattern: string): RegExp {
  const parts = pattern.split('/').filter(part => part !== '')
  const source = parts.map(part => (part === '**' ? '(?:/[^/]+)*' : `/${nameSource(part)}`)).join('')
  return new RegExp(`^${source}$`)
}

function nameRegex(part: string): RegExp {
  return new RegExp(`^${nameSource(part)}$`)
}

function nameSource(part: string): string {
  const hidden = /^[*?[]/.test(part) ? '(?!\\.)' : ''
  const body = part.replace(/\[!?[^\]]+\]|[*?]|[\\^$.|+(){}[\]]/g, token => {
    if (token === '*') return '[^/]*'
    if (token === '?') return '[^/]'
    if (token.length > 2 && token.startsWith('[')) return token.replace('[!', '[^').replaceAll('\\', '\\\\')
    return `\\${token}`
  })
  return hidden + body
}

/** `a{b,c}` is `ab` and `ac`. */
function expandBraces(pattern: string): string[] {
  const match = /^(.*?)\{([^{}]*)\}(.*)$/.exec(pattern)
  if (match === null) return [pattern]
  const [, before = '', options = '', after = ''] = match
  return options.split(',').flatMap(option => expandBraces(before + option + after))
}
