import { resolve } from 'node:path'

/** Any number of folders. */
export const anyFolders = Symbol('**')

/** One part of a pattern between slashes: a name, a pattern of names, or `**`. */
export type Segment = string | RegExp | typeof anyFolders

/**
 * Glob patterns: `*`, `?`, `[a-z]`, `{a,b}` within a name, `**` over any number of folders. Names that begin with a dot
 * are only matched by a pattern that does too.
 *
 * @example
 * const glob = new Glob(['/var/log/*.log'], ['/var/log/private.log'])
 * glob.matches('/var/log/app.log') // => true
 * glob.matches('/var/log/private.log') // => false
 */
export class Glob {
  readonly includes: readonly (readonly Segment[])[]
  readonly #whole: RegExp[]
  readonly #excludes: RegExp[]
  readonly #closed: readonly string[]

  /** Nothing is found in a folder that is `closed`, whatever the patterns say. */
  constructor(include: readonly string[], exclude: readonly string[], closed: readonly string[] = []) {
    this.#closed = closed.map(folder => `${resolve(folder)}/`)
    const patterns = include.flatMap(expandBraces).map(pattern => resolve(pattern))
    this.includes = patterns.map(segmentsOf)
    this.#whole = patterns.map(wholePath)
    this.#excludes = exclude.flatMap(expandBraces).map(pattern => wholePath(resolve(pattern)))
  }

  /** Whether a path, there or not, is one of those that are looked for. */
  matches(path: string): boolean {
    return this.#whole.some(whole => whole.test(path)) && !this.isExcluded(path)
  }

  isExcluded(path: string): boolean {
    if (this.#closed.some(folder => path.startsWith(folder))) return true
    return this.#excludes.some(exclude => exclude.test(path))
  }
}

/** `/var/log/**` is every file below. */
function segmentsOf(pattern: string): readonly Segment[] {
  const parts = pattern.split('/').filter(part => part !== '')
  return (parts.at(-1) === '**' ? [...parts, '*'] : parts).map(part =>
    part === '**' ? anyFolders : /[*?[]/.test(part) ? nameRegex(part) : part,
  )
}

function wholePath(pattern: string): RegExp {
  const parts = pattern.split('/').filter(part => part !== '')
  const source = parts.map(part => (part === '**' ? '(?:/[^/]+)*' : `/${nameSource(part)}`)).join('')
  return new RegExp(`^${source}$`, 's')
}

/** What is wrong with a pattern; undefined where nothing is. */
export function globProblem(pattern: string): string | undefined {
  const plain = pattern.replaceAll(/\[!?[^\]/]+\]/g, '')
  if (plain.includes('[')) return `a [ that is not closed: write [[] for the sign itself`
  if (plain.split('{').length !== plain.split('}').length) return 'braces that do not match'
  try {
    expandBraces(pattern).map(wholePath)
    return undefined
  } catch (error) {
    if (error instanceof SyntaxError) return 'a range in brackets that goes backwards'
    throw error
  }
}

function nameRegex(part: string): RegExp {
  return new RegExp(`^${nameSource(part)}$`, 's')
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
