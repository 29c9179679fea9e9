import { OperatingError } from '../../lib/base/index.ts'
import type { Binary } from './ast.ts'
import {
  type Column,
  formatLabels,
  type Labels,
  labelKey,
  type Sample,
  sampleAt,
  withoutName,
} from './column.ts'

export interface Pair {
  left: Sample
  right: Sample
  /** Of the result. */
  labels: Record<string, string>
  /** By which the two were found. */
  key: string
  /** The series of the side of which several may have one partner. */
  of: Labels
}

interface Placed {
  labels: Labels
  sample: Sample
}

/** The labels by which series of the two sides are partners. */
export function matching({ on, labels }: Pick<Binary, 'on' | 'labels'>, of: Labels): Record<string, string> {
  const own = on ? of : withoutName(of)
  return Object.fromEntries(Object.entries(own).filter(([name]) => labels.includes(name) === on))
}

/**
 * Partners by their labels: one to one, or as `group_left` and `group_right` ask, or with a number that stands for one that is
 * not there. Source: Prometheus querying/operators.
 */
export class Pairing {
  readonly #binary: Binary
  readonly #keepsName: boolean
  /** Keys, or the labels of results, that have their pair at this step. */
  #claimed = new Set<string>()
  /** Keys of the one side that have a partner. */
  #met = new Set<string>()

  constructor(binary: Binary, keepsName: boolean) {
    this.#binary = binary
    this.#keepsName = keepsName
  }

  /** Errors: QUERY_EXECUTION where a side has several series for one partner and no grouping says so. */
  *at(left: readonly Column[], right: readonly Column[], step: number): Generator<Pair> {
    this.#claimed = new Set()
    this.#met = new Set()
    const { fill, group } = this.#binary
    const isRightMany = group?.many === 'right'
    const [many, one] = isRightMany ? [right, left] : [left, right]
    const [fillMany, fillOne] = isRightMany ? [fill.right, fill.left] : [fill.left, fill.right]
    // what has no partner anywhere is not looked at, nor found to be ambiguous
    if (fillMany === undefined && fillOne === undefined && !many.some(({ present }) => present[step] === 1))
      return
    const ones = this.#ones(one, step, isRightMany ? 'left' : 'right')
    yield* this.#ofMany(many, ones, step, fillOne)
    if (fillMany !== undefined) yield* this.#alone(ones, fillMany)
  }

  *#ofMany(
    columns: readonly Column[],
    ones: ReadonlyMap<string, Placed>,
    step: number,
    fill: number | undefined,
  ): Generator<Pair> {
    if (ones.size === 0 && fill === undefined) return
    for (const column of columns) {
      const sample = sampleAt(column, step)
      if (sample === undefined) continue
      const { labels } = column
      const key = labelKey(matching(this.#binary, labels))
      const one = ones.get(key) ?? this.#filled(labels, fill)
      if (one !== undefined) yield this.#pair({ labels, sample }, one, key)
    }
  }

  /** Those that have no partner, with a number in its place. */
  *#alone(ones: ReadonlyMap<string, Placed>, fill: number): Generator<Pair> {
    for (const [key, one] of ones) {
      const many = this.#met.has(key) ? undefined : this.#filled(one.labels, fill)
      if (many !== undefined) yield this.#pair(many, one, key)
    }
  }

  /** A pair has a result, whether or not a comparison holds. Errors: QUERY_EXECUTION where it is not the only one. */
  claim({ key, labels, of }: Pair): void {
    this.#met.add(key)
    const claimed = this.#binary.group === undefined ? key : `${key} ${labelKey(labels)}`
    if (this.#claimed.has(claimed)) throw tooMany(this.#binary, of)
    this.#claimed.add(claimed)
  }

  #filled(partner: Labels, value: number | undefined): Placed | undefined {
    return value === undefined ? undefined : { labels: matching(this.#binary, partner), sample: value }
  }

  #pair(many: Placed, one: Placed, key: string): Pair {
    const labels = this.#labels(many.labels, one.labels)
    const isRightMany = this.#binary.group?.many === 'right'
    const [left, right] = isRightMany ? [one.sample, many.sample] : [many.sample, one.sample]
    return { left, right, labels, key, of: many.labels }
  }

  #ones(columns: readonly Column[], step: number, side: 'left' | 'right'): Map<string, Placed> {
    const found = new Map<string, Placed>()
    for (const column of columns) {
      const sample = sampleAt(column, step)
      if (sample === undefined) continue
      const labels = matching(this.#binary, column.labels)
      const key = labelKey(labels)
      const other = found.get(key)
      if (other !== undefined) throw ambiguous(side, labels, other.labels, column.labels)
      found.set(key, { labels: column.labels, sample })
    }
    return found
  }

  #labels(many: Labels, one: Labels): Record<string, string> {
    const { group, on, labels } = this.#binary
    const own = this.#keepsName ? { ...many } : withoutName(many)
    if (group === undefined)
      return Object.fromEntries(Object.entries(own).filter(([name]) => labels.includes(name) === on))
    for (const name of group.include) {
      const value = one[name] ?? ''
      if (value === '') delete own[name]
      else own[name] = value
    }
    return own
  }
}

function ambiguous(side: string, labels: Labels, one: Labels, other: Labels): OperatingError {
  return new OperatingError(
    'QUERY_EXECUTION',
    `several series on the ${side} side match ${formatLabels(labels)}: ${formatLabels(one)} and ${formatLabels(other)}; match by more labels, many to many is possible only for and, or and unless`,
  )
}

function tooMany(binary: Binary, labels: Labels): OperatingError {
  const group = `group_${binary.group?.many ?? 'left'}`
  const message =
    binary.group === undefined
      ? `several series on the left side match ${formatLabels(matching(binary, labels))}: ask for ${group}, or group_right where they stand on the right`
      : `${group} gives several series of the same labels, as for ${formatLabels(labels)}: match by more labels`
  return new OperatingError('QUERY_EXECUTION', message)
}
