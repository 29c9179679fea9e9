import {
  type LabelExpression,
  LabelName,
  type LogFields,
  type LogQuery,
  parseLogQuery,
  predicateOfFields,
} from '../../lib/logql/index.ts'
import type { RetentionConfig } from '../../store/index.ts'

/** What blocks depend on. */
export type RetentionSettings = Pick<RetentionConfig, 'days' | 'rules'>

/** Answers remembered for sets of tenant, service, host and level; beyond, they are forgotten and found anew. */
const maxKnown = 10_000
const placeSpan = 2 ** 15
const levelSpan = 16

type Reach = 'resource' | 'level' | 'line'

interface Rule {
  tenant: string | undefined
  days: number
  matches: (fields: LogFields) => boolean
  /** What the rule looks at, at most. */
  reach: Reach
}

/** Where a row's tenant, service, host and level stand in the dictionaries of its block. */
export interface RowPlaces {
  tenant: number
  service: number
  host: number
  level: number
}

/** How long rows are kept, by the rules of the configuration; what a stream asks for itself goes before all of it. */
export class RetentionRules {
  /** For rows that no rule is about. */
  readonly days: number
  /** Some rule looks at more than a line's service, host and level: then lines are taken apart, some microseconds each. */
  readonly needsLines: boolean
  readonly #rules: readonly Rule[]
  readonly #ofResources: readonly Rule[]
  readonly #known = new Map<number, number>()

  constructor({ days, rules }: RetentionSettings) {
    this.days = days
    this.#rules = rules.map(rule => {
      const query = parseLogQuery(rule.match)
      const { tenant } = rule
      return { tenant, days: rule.days, matches: predicateOfFields(query), reach: reachOf(query) }
    })
    this.#ofResources = this.#rules.filter(({ reach }) => reach === 'resource')
    this.needsLines = this.#rules.some(({ reach }) => reach === 'line')
  }

  get isEmpty(): boolean {
    return this.#rules.length === 0
  }

  /** Dictionaries begin anew with each block. */
  clear(): void {
    this.#known.clear()
  }

  /** By places, remembered; `texts` gives what they stand for. Hot where there are rules: once per line. */
  ofPlaces(places: RowPlaces, texts: (places: RowPlaces) => { tenant: string } & LogFields): number {
    const { tenant, service, host, level } = places
    const key = ((tenant * placeSpan + service) * placeSpan + host) * levelSpan + level
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const found = texts(places)
    const days = this.ofLine(found, found.tenant)
    if (this.#known.size >= maxKnown) this.#known.clear()
    this.#known.set(key, days)
    return days
  }

  ofLine(fields: LogFields, tenant: string): number {
    return this.#first(this.#rules, fields, tenant)
  }

  /** Of a span: by the rules that look at tenant, service and host alone. */
  ofResource(service: string, host: string, tenant: string): number {
    return this.#first(this.#ofResources, fieldsOf(service, host, ''), tenant)
  }

  #first(rules: readonly Rule[], fields: LogFields, tenant: string): number {
    const rule = rules.find(one => (one.tenant === undefined || one.tenant === tenant) && one.matches(fields))
    return rule?.days ?? this.days
  }
}

export function fieldsOf(service: string, host: string, level: string): LogFields {
  return { service, host, level, body: '', traceId: '', spanId: '', attributes: {}, resource: {} }
}

function reachOf({ matchers, stages }: LogQuery): Reach {
  const reaches = [
    ...matchers.map(({ label }) => reachOfLabel(label)),
    ...stages.flatMap(stage => (stage.kind === 'label' ? reachesOf(stage.expression) : ['line' as const])),
  ]
  if (reaches.includes('line')) return 'line'
  return reaches.includes('level') ? 'level' : 'resource'
}

function reachesOf(expression: LabelExpression): Reach[] {
  return 'left' in expression
    ? [...reachesOf(expression.left), ...reachesOf(expression.right)]
    : [reachOfLabel(expression.label)]
}

function reachOfLabel(label: string): Reach {
  const { column } = new LabelName(label)
  if (column === 'service' || column === 'host') return 'resource'
  return column === 'level' ? 'level' : 'line'
}
