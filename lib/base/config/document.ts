import { type Document, isMap, isScalar, LineCounter, parse, parseDocument, visit } from 'yaml'
import { codeOf, messageOf } from '../errors.ts'
import { Variables } from './variables.ts'

/** One thing that is wrong in a configuration, at its place in the file (1-based) or on the command line. */
export interface ConfigProblem {
  file: string
  line: number | undefined
  column: number | undefined
  /** Dotted: `agent.sources[0].include`. */
  key: string
  message: string
}

export type Path = readonly (string | number)[]

/** `file:line:column: key: found …, expected …`, as editors and people jump to it. */
export function formatProblem(problem: ConfigProblem): string {
  const place =
    problem.line === undefined ? problem.file : `${problem.file}:${problem.line}:${problem.column}`
  return problem.key === '' ? `${place}: ${problem.message}` : `${place}: ${problem.key}: ${problem.message}`
}

/** `agent.sources[0].include` of `['agent', 'sources', 0, 'include']`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`
  return text
}

/**
 * A configuration file as read, with `${NAME:-default}` replaced from the environment and the positions of all keys kept.
 * `--set` values are laid over it and are found again by their own name.
 */
export class ConfigDocument {
  readonly file: string
  readonly problems: ConfigProblem[] = []
  readonly #document: Document
  readonly #lines = new LineCounter()
  readonly #set = new Set<string>()

  constructor(file: string, text: string, environment: Readonly<Record<string, string | undefined>>) {
    this.file = file
    const variables = new Variables(text)
    this.#document = parseDocument(variables.masked, { lineCounter: this.#lines, prettyErrors: false })
    for (const error of this.#document.errors) {
      const { line, col } = this.#lines.linePos(error.pos[0])
      this.#add(line, col, '', `not valid YAML: ${error.message.toLowerCase().replace(/\.$/, '')}`)
    }
    if (this.problems.length === 0) this.#substitute(variables, environment)
  }

  /** Lays `key.path=value` over the file; the value is YAML. */
  set(assignment: string): void {
    const at = assignment.indexOf('=')
    if (at < 1) {
      const found = `found '${assignment}', expected key.path=value`
      this.problems.push(problemAt(`--set ${assignment}`, found))
      return
    }
    const path = parsePath(assignment.slice(0, at))
    try {
      this.#document.setIn(path, this.#document.createNode(parse(assignment.slice(at + 1))))
      this.#set.add(formatPath(path))
    } catch (error) {
      const why = isSecret(path) ? 'put it in quotes' : messageOf(error).split('\n')[0]
      this.problems.push(problemAt(`--set ${formatPath(path)}`, `found a value that does not fit: ${why}`))
    }
  }

  value(): unknown {
    return this.#document.toJS() ?? {}
  }

  /**
   * Notes a problem with the value (or, with `atKey`, the key) at a path. With `isOfSet` the file alone has it not: then it is
   * the doing of an assignment, be it of that key, of one around it or of one below it.
   */
  report(path: Path, message: string, { atKey = false, isOfSet = false } = {}): void {
    const key = formatPath(path)
    const override = isOfSet ? this.#assignmentOf(key) : undefined
    const position = override === undefined ? this.#position(path, atKey) : undefined
    const file = override === undefined ? this.file : `--set ${override}`
    this.problems.push({ file, line: position?.line, column: position?.col, key, message })
  }

  #assignmentOf(key: string): string | undefined {
    const all = [...this.#set]
    return (
      all.find(set => isWithin(key, set)) ??
      all.findLast(set => isWithin(set, key)) ??
      all.findLast(() => true)
    )
  }

  /** Where a path stands in the file, or else the nearest parent that does. */
  #position(path: Path, atKey: boolean): { line: number; col: number } | undefined {
    const parent = this.#document.getIn(path.slice(0, -1), true)
    if (isMap(parent)) {
      const pair = parent.items.find(item => isScalar(item.key) && item.key.value === path.at(-1))
      const node = atKey ? pair?.key : (pair?.value ?? pair?.key)
      const range = (node as { range?: [number, number, number] | null } | undefined)?.range
      if (range) return this.#lines.linePos(range[0])
    }
    const node = this.#document.getIn(path, true) as { range?: [number, number, number] | null } | undefined
    if (node?.range) return this.#lines.linePos(node.range[0])
    return path.length === 0 ? undefined : this.#position(path.slice(0, -1), true)
  }

  #substitute(variables: Variables, environment: Readonly<Record<string, string | undefined>>): void {
    visit(this.#document, {
      Scalar: (_, node) => {
        if (typeof node.value !== 'string' || !Variables.anyIn(node.value)) return
        const text = variables.replace(node.value, (name, fallback) => {
          const value = environment[name] || fallback
          if (value !== undefined) return value
          const { line, col } = this.#lines.linePos(node.range?.[0] ?? 0)
          const remedy = `set it, or give a default as in \${${name}:-value}`
          this.#add(line, col, '', `the environment has no ${name}: ${remedy}`)
          return ''
        })
        // a plain scalar keeps YAML's typing: `port: ${PORT:-80}` is a number
        node.value = node.type === 'PLAIN' ? parse(text) : text
      },
    })
  }

  #add(line: number, column: number, key: string, message: string): void {
    this.problems.push({ file: this.file, line, column, key, message })
  }
}

/** Whether one key is another or stands below it: `query.listen` in `query`. */
function isWithin(key: string, outer: string): boolean {
  return outer === '' || key === outer || key.startsWith(`${outer}.`) || key.startsWith(`${outer}[`)
}

function problemAt(file: string, message: string): ConfigProblem {
  return { file, line: undefined, column: undefined, key: '', message }
}

/** `agent.sources[0].name` as steps. */
function parsePath(text: string): (string | number)[] {
  return text
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .map(step => (/^\d+$/.test(step) ? Number(step) : step))
}

/** Whether what stands there must not be shown to anyone. */
export function isSecret(path: Path): boolean {
  return /(?:password|hashKey)$/i.test(String(path.at(-1)))
}

/** True for the error of a file that is not there. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}
