import { OperatingError } from '../../../lib/base/index.ts'
import { type Expression, type LabelMatch, matchTakes, type Selector } from '../ast.ts'
import {
  type Column,
  emptyColumn,
  formatLabels,
  hasSamples,
  type Labels,
  labelKey,
  put,
  sampleAt,
  vectorOf,
} from '../column.ts'
import { namesOf } from '../info-selectors.ts'
import type { Evaluation, FunctionKind } from './kind.ts'

const identifying = ['instance', 'job'] as const

/**
 * Labels of info series, `target_info` or others, put to the series of the same `instance` and `job`. Source: Prometheus
 * querying/functions, info.
 */
export const info: Readonly<Record<string, FunctionKind>> = {
  info: {
    args: ['vector', 'vector'],
    optional: 1,
    takesAnySelector: true,
    returns: 'vector',
    evaluate: (evaluation, [of, labels], call) => {
      const base = evaluation.vector(of as Expression)
      const wanted = labels?.kind === 'selector' ? labels : undefined
      return vectorOf(new Enriched(evaluation, base, evaluation.infoSeries(call), wanted).columns())
    },
  },
}

class Enriched {
  readonly #steps: number
  readonly #base: readonly Column[]
  readonly #infos: readonly Column[]
  /** What is said of labels beside the name. */
  readonly #matchers: readonly LabelMatch[]
  readonly #isInfo: (name: string) => boolean

  constructor(
    evaluation: Evaluation,
    base: readonly Column[],
    infos: readonly Column[],
    wanted: Selector | undefined,
  ) {
    this.#steps = evaluation.steps.count
    this.#base = base
    this.#infos = infos
    this.#matchers = (wanted?.matchers ?? []).filter(({ name }) => name !== '__name__')
    const names = namesOf(wanted?.matchers ?? [])
    this.#isInfo = name => names.every(matcher => matchTakes(matcher, name))
  }

  columns(): Column[] {
    const made = new Map<string, Column>()
    for (let step = 0; step < this.#steps; step++) {
      const infos = this.#infosAt(step)
      for (const column of this.#base) {
        const sample = sampleAt(column, step)
        const labels = sample === undefined ? undefined : this.#labels(column.labels, infos)
        if (sample === undefined || labels === undefined) continue
        const key = labelKey(labels)
        const result = made.get(key) ?? emptyColumn(labels, this.#steps)
        made.set(key, result)
        if (result.present[step] === 1)
          throw new OperatingError(
            'QUERY_EXECUTION',
            `the result has several series with the labels ${formatLabels(labels)}`,
          )
        put(result, step, sample)
      }
    }
    return [...made.values()].filter(hasSamples)
  }

  /** By what identifies them and their name; of several the one with the newest sample. */
  #infosAt(step: number): Map<string, Labels[]> {
    const newest = new Map<string, { labels: Labels; timeMs: number }>()
    for (const { labels, values, present } of this.#infos) {
      if (present[step] !== 1) continue
      const timeMs = values[step] as number
      const key = `${labels['__name__']} ${keyOf(labels)}`
      const other = newest.get(key)
      if (other?.timeMs === timeMs) throw twice(other.labels, labels)
      if (other === undefined || other.timeMs < timeMs) newest.set(key, { labels, timeMs })
    }
    return Map.groupBy(
      [...newest.values()].map(({ labels }) => labels),
      keyOf,
    )
  }

  /** Undefined where a label is asked for that no info series has. */
  #labels(base: Labels, infos: ReadonlyMap<string, Labels[]>): Labels | undefined {
    if (this.#isInfo(base['__name__'] ?? '')) return base
    const partners = identifying.some(name => (base[name] ?? '') !== '') ? (infos.get(keyOf(base)) ?? []) : []
    if (partners.length === 0)
      return this.#matchers.every(matcher => matchTakes(matcher, '')) ? base : undefined
    const added: Record<string, string> = {}
    for (const partner of partners) this.#add(added, partner, base)
    return { ...base, ...added }
  }

  /** Labels that the series has are left as they are. */
  #add(added: Record<string, string>, partner: Labels, base: Labels): void {
    for (const [name, value] of Object.entries(partner)) {
      if (name === '__name__' || !this.#isWanted(name)) continue
      if (added[name] !== undefined && added[name] !== value)
        throw new OperatingError('QUERY_EXECUTION', `conflicting label: ${name}`)
      if (base[name] === undefined) added[name] = value
    }
  }

  #isWanted(name: string): boolean {
    return this.#matchers.length === 0 || this.#matchers.some(matcher => matcher.name === name)
  }
}

function keyOf(labels: Labels): string {
  return JSON.stringify(identifying.map(name => labels[name] ?? ''))
}

function twice(one: Labels, other: Labels): OperatingError {
  const message = `several info series have one instance and job at one time: ${formatLabels(one)} and ${formatLabels(other)}`
  return new OperatingError('QUERY_EXECUTION', message)
}
