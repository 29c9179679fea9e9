import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { messageOf, OperatingError } from '../errors.ts'
import {
  ConfigDocument,
  type ConfigProblem,
  formatProblem,
  isMissing,
  isSecret,
  type Path,
} from './document.ts'
import { nearest } from './suggest.ts'

export interface LoadOptions {
  /** The file named by the user; it must be there. Undefined: `./millrace.yaml`, else `/etc/millrace/millrace.yaml`, else defaults. */
  file?: string | undefined
  /** `key.path=value` each. */
  set?: readonly string[]
  environment?: Readonly<Record<string, string | undefined>>
}

export const defaultConfigFiles = ['millrace.yaml', '/etc/millrace/millrace.yaml']

/** All that is wrong with a configuration, at once. The message has one problem a line. */
export class ConfigError extends OperatingError {
  readonly problems: readonly ConfigProblem[]
  constructor(problems: readonly ConfigProblem[]) {
    super('CONFIG_INVALID', problems.map(formatProblem).join('\n'))
    this.problems = problems
  }
}

/** Reads, checks and completes a configuration by a schema. Errors: CONFIG_INVALID (a ConfigError), CONFIG_UNREADABLE. */
export async function loadConfigAs<T extends z.ZodType>(
  schema: T,
  options: LoadOptions,
): Promise<z.output<T>> {
  const { file, text } = await readConfigFile(options.file)
  return parseConfigAs(schema, text, { ...options, file })
}

/** Checks and completes a configuration given as text, as `loadConfigAs` does. */
export function parseConfigAs<T extends z.ZodType>(
  schema: T,
  text: string,
  options: LoadOptions,
): z.output<T> {
  const document = new ConfigDocument(
    options.file ?? 'millrace.yaml',
    text,
    options.environment ?? process.env,
  )
  for (const assignment of options.set ?? []) document.set(assignment)
  if (document.problems.length > 0) throw new ConfigError(document.problems)
  const value = document.value()
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const ofFile = issuesOfFile(schema, text, options)
  for (const issue of result.error.issues)
    report(document, schema, value, issue, !ofFile.has(issueKey(issue)))
  throw new ConfigError(document.problems)
}

/** What is wrong without `--set`: everything else its assignments brought about. */
function issuesOfFile(schema: z.ZodType, text: string, options: LoadOptions): ReadonlySet<string> {
  const { file = 'millrace.yaml', environment = process.env } = options
  const result = schema.safeParse(new ConfigDocument(file, text, environment).value())
  return new Set(result.error?.issues.map(issueKey))
}

function issueKey({ code, path, message }: z.core.$ZodIssue): string {
  return `${code} ${path.join('.')} ${message}`
}

async function readConfigFile(named: string | undefined): Promise<{ file: string; text: string }> {
  for (const file of named === undefined ? defaultConfigFiles : [named]) {
    try {
      return { file, text: await readFile(file, 'utf8') }
    } catch (cause) {
      if (isMissing(cause) && named === undefined) continue
      throw new OperatingError('CONFIG_UNREADABLE', `cannot read the configuration: ${messageOf(cause)}`, {
        cause,
      })
    }
  }
  return { file: 'defaults', text: '' }
}

function report(
  document: ConfigDocument,
  schema: z.core.$ZodType,
  value: unknown,
  issue: z.core.$ZodIssue,
  isOfSet: boolean,
): void {
  const path = issue.path as Path
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys)
      document.report([...path, key], unknownKey(schema, key, path, value), { atKey: true, isOfSet })
    return
  }
  const found = valueAt(value, path)
  const shown = isSecret(path) ? describeSecret(found) : describe(found)
  const message = `found ${shown}, expected ${expectation(schema, path, value, issue)}`
  document.report(path, message, { isOfSet })
}

function unknownKey(schema: z.core.$ZodType, key: string, path: Path, value: unknown): string {
  const known = knownKeys(schema, path, value)
  const like = nearest(key, known)
  const hint = like === undefined ? `one of ${known.join(', ')}` : `did you mean ${like}?`
  return `found an unknown key, ${like === undefined ? `expected ${hint}` : hint}`
}

function expectation(schema: z.core.$ZodType, path: Path, value: unknown, issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return article(issue.expected === 'int' ? 'whole number' : issue.expected)
  if (issue.code === 'invalid_value') return issue.values.map(v => JSON.stringify(v)).join(' or ')
  if (issue.code === 'too_small')
    return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unitOf(issue.origin)}`
  if (issue.code === 'too_big') return `at most ${issue.maximum}${unitOf(issue.origin)}`
  if (issue.code === 'invalid_union' && issue.discriminator !== undefined)
    return `${issue.discriminator}: ${either(discriminators(schema, path, value))}`
  return issue.message
}

function unitOf(origin: string): string {
  return origin === 'array' ? ' entry' : origin === 'string' ? ' characters' : ''
}

const articles: Record<string, string> = {
  object: 'a section of keys',
  array: 'a list',
  boolean: 'true or false',
  record: 'a section of keys',
}

function article(kind: string): string {
  return articles[kind] ?? `a ${kind}`
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a section of keys'
  const text = JSON.stringify(value)
  return `${typeof value === 'string' ? 'the text ' : ''}${text.length > 60 ? `${text.slice(0, 57)}…` : text}`
}

/** Of a secret no more than its kind. */
function describeSecret(value: unknown): string {
  return value === undefined || value === null ? describe(value) : article(typeof value)
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value
  for (const step of path) at = (at as Record<string | number, unknown> | null | undefined)?.[step]
  return at
}

/** The keys that the schema knows at a path; of a union, those of the member that the value's `type` chooses. */
function knownKeys(schema: z.core.$ZodType, path: Path, value: unknown): string[] {
  const found = unwrap(schemaAt(schema, path, value), valueAt(value, path))
  return found instanceof z.ZodObject ? Object.keys(found.shape) : []
}

/** The schema of what stands at a path; the last one known where the path leads nowhere. */
function schemaAt(schema: z.core.$ZodType, path: Path, value: unknown): z.core.$ZodType {
  let at = schema
  for (const [i, step] of path.entries()) {
    const inner = unwrap(at, valueAt(value, path.slice(0, i)))
    if (inner instanceof z.ZodObject) at = (inner.shape[step] as z.core.$ZodType | undefined) ?? at
    else if (inner instanceof z.ZodArray) at = inner.element as z.core.$ZodType
  }
  // defaults aside, but not yet a union's member
  while (at instanceof z.ZodPrefault || at instanceof z.ZodDefault || at instanceof z.ZodNullable)
    at = at.def.innerType as z.core.$ZodType
  return at
}

function unwrap(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) return unwrap(schema.in, value)
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return unwrap(schema.def.innerType as z.core.$ZodType, value)
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const type = (value as { type?: unknown } | null)?.type
    for (const option of schema.options as z.ZodObject[])
      if (option.shape['type']?.safeParse(type).success) return option
  }
  return schema
}

/** The values that a union's members want of the key that tells them apart. */
function discriminators(schema: z.core.$ZodType, path: Path, value: unknown): string[] {
  const union = schemaAt(schema, path, value)
  if (!(union instanceof z.ZodDiscriminatedUnion)) return []
  return union.options.flatMap(option => {
    const literal = (option as z.ZodObject).shape[union.def.discriminator]
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : []
  })
}

function either(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}
