import {
  type Column,
  type FilterStage,
  type LabelExpression,
  LabelName,
  type LineFilter,
  type LogQuery,
  type MatchOperator,
  partRegex,
  pushable,
  wholeRegex,
} from '../lib/logql/index.ts'
import { filePathKey } from '../lib/otlp/index.ts'
import type { Re2 } from '../lib/re2/index.ts'
import { equalValues, matchedPatterns } from './equalities.ts'
import { inOwnColumn, labelColumns, labelSql, numberSql, scopeSql } from './label-sql.ts'
import {
  type LineConditions,
  needleConditions,
  partsCondition,
  valueCondition,
  wordConditions,
} from './line-index.ts'
import type { KnownShapes } from './line-shapes.ts'
import { type Reads, readsOf } from './reads.ts'
import { type Sought, soughtPattern, soughtText, soughtWord } from './sought.ts'

/** A condition with its parameters, as ClickHouse's HTTP interface takes them: nothing of the query is ever in the SQL text. */
export interface SqlCondition {
  sql: string
  params: Record<string, string | number | string[]>
  /** Holds wherever `sql` does, and is told from a few columns; empty where there is nothing of the kind. */
  first: string
  /** Whether something of it is there for the indexes alone. */
  isHinted: boolean
}

/**
 * A question's PREWHERE and WHERE: what is told from a few columns is looked at first, and of the rows that are left the
 * others are read. The engine itself would look at what it has an index for, though that takes all attributes of a row.
 */
export function whereSql(range: string, { sql, first }: Pick<SqlCondition, 'sql' | 'first'>): string {
  return first === '' ? `WHERE ${range} AND ${sql}` : `PREWHERE ${range} AND ${first} WHERE ${sql}`
}

/**
 * The query as a WHERE condition over otel_logs, without time. Gives the same answer as `compilePredicate`, and of a query
 * with other stages than filters all lines that may be asked for; beside the
 * exact condition it names words that must be there, so that the text index can leave out granules. With the shapes of the
 * lines asked about, it reads only what may have the text.
 */
export function toSql(query: LogQuery, shapes?: KnownShapes): SqlCondition {
  const writer = new SqlWriter(shapes)
  const { matchers, stages } = pushable(query, false)
  const conditions = [
    ...matchers.map(m => writer.reading({ kind: 'text', ...m })),
    ...stages.map(stage =>
      stage.kind === 'label'
        ? writer.reading(stage.expression)
        : { sql: writer.stage(stage, true), reads: 'line' as const },
    ),
  ]
  const equal = equalValues(query).flatMap(([label, value]) => writer.first(label, value))
  const matched = matchedPatterns(query).flatMap(([label, pattern]) => writer.firstMatch(label, pattern))
  const those = (wanted: Reads) => conditions.filter(({ reads }) => reads === wanted).map(({ sql }) => sql)
  const few = [...equal, ...matched, ...those('attributes'), ...writer.texts]
  // the engine does as well by itself where nothing else is looked at first
  const first = few.length === 0 ? [] : [...those('columns'), ...few]
  return {
    sql: conditions.length === 0 ? '1' : conditions.map(({ sql }) => sql).join(' AND '),
    params: writer.params,
    first: first.join(' AND '),
    isHinted: writer.isHinted,
  }
}

/** More keys cost as much as all attributes do. */
const maxFirstKeys = 4
/** What clients escape in parameters, which the engine takes back in texts but not in names. */
const escaped = /[\\'\t\n\r\0]/

class SqlWriter {
  readonly params: SqlCondition['params'] = {}
  /** Conditions of the stages so far that hold for every line that is found. */
  readonly texts: string[] = []
  isHinted = false
  readonly #shapes: KnownShapes | undefined
  #count = 0

  constructor(shapes: KnownShapes | undefined) {
    this.#shapes = shapes
  }

  /** A condition on labels, and what it reads of a row: with a hint for the indexes all of its values. */
  reading(expression: LabelExpression): { sql: string; reads: Reads } {
    const wasHinted = this.isHinted
    this.isHinted = false
    const sql = this.#expression(expression)
    const reads = this.isHinted ? 'line' : readsOf(expression)
    this.isHinted ||= wasHinted
    return { sql, reads }
  }

  /** `isNeeded` where it holds for every line that is found. */
  stage(stage: FilterStage, isNeeded = false): string {
    if (stage.kind === 'label') return this.#expression(stage.expression)
    if (stage.kind === 'words') return this.#words(stage.words, isNeeded)
    if (stage.kind === 'any') return `(${stage.of.map(one => this.stage(one)).join(' OR ')})`
    if (stage.kind === 'not') return `NOT (${this.stage(stage.of)})`
    return this.#line(stage, isNeeded && stage.values.length === 1)
  }

  text(label: string, operator: MatchOperator, value: string): string {
    const name = new LabelName(label)
    const column = operator === '=' ? this.#equalColumn(name, value) : this.#label(label)
    if (operator === '=') return `(${column} = ${this.#string(value)}${this.#indexHint(label, value)})`
    if (operator === '!=') return `${column} != ${this.#string(value)}`
    const regex = wholeRegex(value)
    const match = `match(${column}, ${this.#string(regex.forClickHouse())})`
    return operator === '=~' ? `(${match}${this.#partsHint(name, regex)})` : `NOT ${match}`
  }

  /** What an attribute's equality comes to where its key is known: of maps in buckets this reads one. */
  first(label: string, value: string): string[] {
    const name = new LabelName(label)
    if (name.column !== undefined) return this.#firstId(name, value)
    const parameter = this.#string(value)
    const ofResource = name.isSanitized
      ? `has(mapValues(ResourceAttributes), ${parameter})`
      : `ResourceAttributes[${this.#string(label)}] = ${parameter}`
    return this.#inKnownKeys(name, ofResource, place => `${place} = ${parameter}`)
  }

  /** The same for a pattern that no empty value matches. */
  firstMatch(label: string, pattern: string): string[] {
    const name = new LabelName(label)
    const regex = wholeRegex(pattern)
    if (name.column !== undefined || regex.requiredTexts().length === 0) return []
    const parameter = this.#string(regex.forClickHouse())
    const ofResource = name.isSanitized
      ? `arrayExists(key -> match(key, ${this.#string(name.keyPattern())}), mapKeys(ResourceAttributes))`
      : `match(ResourceAttributes[${this.#string(label)}], ${parameter})`
    return this.#inKnownKeys(name, ofResource, place => `match(${place}, ${parameter})`)
  }

  #inKnownKeys(name: LabelName, ofResource: string, test: (place: string) => string): string[] {
    const keys = name.isSanitized ? this.#shapes?.keysOf(name) : [name.text]
    if (keys === undefined || keys.length > maxFirstKeys || keys.some(key => escaped.test(key))) return []
    const places = keys.flatMap(key => [
      ...inOwnColumn(key, text => this.#string(text)),
      this.#attribute(key),
    ])
    if (name.scopePart !== undefined) places.push(scopeSql(name.scopePart))
    const others = name.isSanitized ? [this.#shapes?.strangers ?? '1'] : []
    return [`(${[...places.map(test), ofResource, ...others].join(' OR ')})`]
  }

  /** Ids are kept as bytes: digits are made of those of a row only where the bytes are the same. */
  #firstId(name: LabelName, value: string): string[] {
    if (name.column === undefined || name.otherId?.ownPattern.test(value) !== true) return []
    return [`${labelColumns[name.column]}Bytes = unhex(${this.#string(value)})`]
  }

  /** Of an id only where it may stand: the index knows those that are fields. */
  #equalColumn(name: LabelName, value: string): string {
    const isOwn = value !== '' && name.column !== undefined && name.otherId?.ownPattern.test(value)
    return isOwn
      ? labelColumns[name.column as Column]
      : labelSql(name, text => this.#string(text), this.#shapes)
  }

  #expression(expression: LabelExpression): string {
    if (expression.kind === 'text') return this.text(expression.label, expression.operator, expression.value)
    if (expression.kind === 'number') return this.#number(expression)
    if (expression.kind === 'ip') throw new Error('ip() is not for the store')
    const joined = [expression.left, expression.right]
      .map(e => this.#expression(e))
      .join(` ${expression.kind} `)
    return `(${joined})`
  }

  #line(filter: LineFilter, isNeeded: boolean): string {
    const found = filter.values.map(value =>
      filter.operator.endsWith('~')
        ? this.#matches(value, filter.operator, isNeeded)
        : this.#contains(value, filter.operator, isNeeded),
    )
    const any = `(${found.join(' OR ')})`
    return filter.operator.startsWith('|') ? any : `NOT ${any}`
  }

  #words(words: readonly string[], isNeeded: boolean): string {
    const found = words.map(word => this.#inValues(soughtWord(word, this.#string(word))))
    if (found.length > 0 && found.every(one => one !== undefined)) return `(${found.join(' AND ')})`
    const conditions = wordConditions(words, text => this.#string(text), this.#shapes)
    const exact = `hasAll(tokens(lower(Body), 'splitByNonAlpha'), ${this.#list([...words])})`
    return this.#hinted([conditions], exact, isNeeded)
  }

  #matches(pattern: string, operator: string, isNeeded: boolean): string {
    const regex = partRegex(pattern)
    const texts = operator === '|~' ? regex.requiredTexts() : []
    const parameter = this.#string(regex.forClickHouse())
    const found = this.#inValues(soughtPattern(regex, parameter))
    if (found !== undefined) return found
    const hints = texts.map(text => needleConditions(text, one => this.#string(one), this.#shapes))
    return this.#hinted(hints, `match(Body, ${parameter})`, isNeeded)
  }

  #contains(value: string, operator: string, isNeeded: boolean): string {
    if (value === '') return '1'
    const isWanted = operator === '|='
    const parameter = this.#string(value)
    const found = this.#inValues(soughtText(value, parameter))
    if (found !== undefined) return found
    const hints = isWanted ? [needleConditions(value, text => this.#string(text), this.#shapes)] : []
    return this.#hinted(hints, `position(Body, ${parameter}) > 0`, isNeeded)
  }

  #hinted(conditions: readonly LineConditions[], exact: string, isNeeded: boolean): string {
    const texts = conditions.flatMap(one => one.texts)
    if (isNeeded) this.texts.push(...texts)
    return `(${[...texts, ...conditions.flatMap(one => one.words), exact].join(' AND ')})`
  }

  /** Where what is sought stands within values alone. */
  #inValues(sought: Sought | undefined): string | undefined {
    return sought === undefined ? undefined : this.#shapes?.condition(sought, text => this.#string(text))
  }

  /** Values in units (`250ms`, `5KB`) are brought to one number first, as the evaluator does. */
  #number(expression: Extract<LabelExpression, { kind: 'number' }>): string {
    const column = this.#label(expression.label)
    const value = this.#add(expression.value, 'Float64')
    const number = numberSql(column)
    return `ifNull(${number} ${expression.operator} ${value}, ${expression.operator === '!=' ? 1 : 0})`
  }

  #label(label: string): string {
    const parameter = (text: string) => this.#string(text)
    return labelSql(new LabelName(label), parameter, this.#shapes, key => this.#attribute(key))
  }

  /** One attribute: of a map in buckets the engine reads then one, also where others of its columns take all. */
  #attribute(key: string): string {
    return escaped.test(key)
      ? `LogAttributes[${this.#string(key)}]`
      : `LogAttributes.${this.#add(`key_${key}`, 'Identifier')}`
  }

  /** An attribute that equals a value has the value's words: the index over them leaves granules out. */
  #indexHint(label: string, value: string): string {
    const name = new LabelName(label)
    if (!this.#isInIndexes(name)) return ''
    return this.#hint(valueCondition(value, text => this.#string(text)))
  }

  /** The same of what a pattern must have in it. Which keys of a resource a name of underscores stands for, no index knows. */
  #partsHint(name: LabelName, regex: Re2): string {
    if (!this.#isInIndexes(name) || name.isSanitized) return ''
    return this.#hint(partsCondition(regex.requiredTexts(), name.text, text => this.#string(text)))
  }

  /** A file's path and what made the line are in no index over words. */
  #isInIndexes(name: LabelName): boolean {
    const isElsewhere = name.scopePart !== undefined || name.standsFor(filePathKey)
    return name.column === undefined && !isElsewhere && this.#shapes?.isIndexed !== false
  }

  #hint(condition: string | undefined): string {
    if (condition === undefined) return ''
    this.isHinted = true
    return ` AND ${condition}`
  }

  #string(value: string): string {
    return this.#add(value, 'String')
  }

  #list(values: string[]): string {
    return this.#add(values, 'Array(String)')
  }

  #add(value: string | number | string[], type: string): string {
    const name = `q${this.#count++}`
    this.params[name] = value
    return `{${name}:${type}}`
  }
}
