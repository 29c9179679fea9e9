import {
  type Column,
  type LabelName,
  labelUnits,
  readersPrefix,
  type ScopePart,
  scopeParts,
} from '../lib/logql/index.ts'
import { filePathKey, messageKeys } from '../lib/otlp/index.ts'
import type { KnownShapes } from './line-shapes.ts'

/** Labels that are columns of otel_logs. */
export const labelColumns: Readonly<Record<Column, string>> = {
  service: 'ServiceName',
  host: 'Host',
  level: 'Level',
  traceId: 'TraceId',
  spanId: 'SpanId',
  body: 'Body',
}

const scopeColumns: Readonly<Record<ScopePart, string>> = { name: 'ScopeName', version: 'ScopeVersion' }

/** A part of a line's scope as SQL, as `scopeText` has it. */
export function scopeSql(part: ScopePart): string {
  return `if(startsWith(ScopeName, '${readersPrefix}'), '', ${scopeColumns[part]})`
}

/** A row's labels of its scope as a map in SQL, without those that are empty and those that its other maps have. */
export function scopeMap(maps: readonly string[]): string {
  const pairOf = (label: string, part: ScopePart) => {
    const isOwn = maps.map(map => `${map}['${label}'] != ''`).join(' OR ')
    return `'${label}', if(${isOwn}, '', toString(${scopeSql(part)}))`
  }
  const pairs = Array.from(scopeParts, ([label, part]) => pairOf(label, part))
  return `mapFilter((key, value) -> value != '', map(${pairs.join(', ')}))`
}

/**
 * A label's value as SQL; `parameter` answers how a text is written as one, `attribute` how a line's is, where not by the whole map.
 * Where the shapes of all lines are known, so are the keys that a name of underscores may stand for: then not all attributes of each
 * row need be read.
 */
export function labelSql(
  name: LabelName,
  parameter: (text: string) => string,
  shapes?: KnownShapes,
  attribute = (key: string) => `LogAttributes[${parameter(key)}]`,
): string {
  if (name.column !== undefined) return columnSql(labelColumns[name.column], name, parameter)
  const ofScope = name.scopePart === undefined ? [] : [scopeSql(name.scopePart)]
  return firstNotEmpty([...attributePlaces(name, parameter, shapes, attribute), ...ofScope])
}

function attributePlaces(
  name: LabelName,
  parameter: (text: string) => string,
  shapes: KnownShapes | undefined,
  attribute: (key: string) => string,
): string[] {
  const ofResource = `ResourceAttributes[${parameter(name.text)}]`
  const exact = [ofResource, ...inOwnColumn(name.text, parameter), attribute(name.text)]
  if (!name.isSanitized) return exact
  const pattern = parameter(name.keyPattern())
  const among = (map: string) =>
    `arrayFirst((v, k) -> v != '' AND match(k, ${pattern}), mapValues(${map}), mapKeys(${map}))`
  const own = ownKeys.filter(other => other !== name.text && name.standsFor(other))
  const ofLine = own.flatMap(other => inOwnColumn(other, parameter))
  const others =
    shapes?.areAllKnown === true ? shapes.keysOf(name)?.filter(other => other !== name.text) : undefined
  // which of two a line has first, only it can tell
  const isTold = others !== undefined && others.length <= 1
  ofLine.push(...(isTold ? others.map(attribute) : [among('LogAttributes')]))
  return [...exact, among('ResourceAttributes'), ...ofLine]
}

/** Attributes that may have a column of their own. */
const ownKeys: readonly string[] = [...messageKeys, filePathKey]

/** Where the value of such an attribute may be; empty for others. */
export function inOwnColumn(key: string, parameter: (text: string) => string): string[] {
  if (key === filePathKey) return ['LogFilePath']
  return ownKeys.includes(key) ? [`if(MessageKey = ${parameter(key)}, MessageText, '')`] : []
}

function columnSql(column: string, { otherId }: LabelName, parameter: (text: string) => string): string {
  if (otherId === undefined) return column
  const other = labelSql(otherId.name, parameter)
  return firstNotEmpty([column, `if(match(${other}, '${otherId.ownPattern.source}'), '', ${other})`])
}

function firstNotEmpty(values: readonly string[]): string {
  return values.reduceRight((rest, value) => `if(${value} != '', ${value}, ${rest})`, `''`)
}

const plainNumber = '-?[0-9]+(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?'

/** A label's text as Nullable(Float64), as `numberOf` reads it. What has no unit, as most have none, costs an eighth of what the others do. */
export function numberSql(column: string): string {
  return `if(match(${column}, '^${plainNumber}$'), toFloat64OrNull(${column}), ${withUnit(column)})`
}

function withUnit(column: string): string {
  const names = Object.keys(labelUnits)
  const number = `extract(${column}, '^(${plainNumber})(?:${names.join('|')})?$')`
  const units = ['', ...names].map(unit => `'${unit}'`).join(', ')
  const factors = [1, ...Object.values(labelUnits)].map(factor => factor.toExponential()).join(', ')
  const unit = `substring(${column}, length(${number}) + 1)`
  return `toFloat64OrNull(${number}) * transform(${unit}, [${units}], [${factors}], 1.)`
}
