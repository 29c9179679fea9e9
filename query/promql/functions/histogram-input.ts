import { goQuoted } from '../../../lib/base/index.ts'
import type { Annotations } from '../annotations.ts'
import type { Expression } from '../ast.ts'
import { type Column, type Labels, labelKey, sampleAt, withoutName } from '../column.ts'
import type { NativeHistogram } from '../native/histogram.ts'
import type { ClassicBucket } from './classic.ts'

/** A histogram of either kind at a step. */
export type AnyHistogram = NativeHistogram | ClassicBucket[]

/** Those of one name and label set, apart from `le`. */
interface Family {
  /** Without the name. */
  labels: Labels
  native: Column | undefined
  buckets: { bound: number; column: Column }[]
}

/**
 * Puts buckets together by their `le`. Where a classic and a native histogram meet under one name neither counts, and that is
 * said.
 */
export class HistogramInput {
  readonly families: readonly Family[]
  readonly #notes: Annotations
  readonly #of: Expression

  constructor(columns: readonly Column[], notes: Annotations, of: Expression) {
    this.#notes = notes
    this.#of = of
    const families = new Map<string, Family>()
    for (const column of columns) this.#place(column, families)
    this.families = [...families.values()]
  }

  #place(column: Column, families: Map<string, Family>): void {
    const { le, ...labels } = column.labels
    const familyOf = (own: Labels): Family => {
      const key = labelKey(own)
      const family = families.get(key) ?? { labels: withoutName(own), native: undefined, buckets: [] }
      families.set(key, family)
      return family
    }
    const isNative = (step: number) => column.histograms?.[step] !== undefined
    const steps = [...column.present.keys()].filter(step => column.present[step] === 1)
    if (steps.some(isNative)) familyOf(column.labels).native = column
    if (steps.every(isNative)) return
    const bound = boundOf(le)
    if (bound === undefined) this.#notes.add('badBucketLabel', this.#of, `of ${goQuoted(le ?? '')}`)
    else familyOf(labels).buckets.push({ bound, column })
  }

  /** What a family has at a step. */
  at({ native, buckets }: Family, step: number): AnyHistogram | undefined {
    const histogram = native?.histograms?.[step]
    const own = native?.present[step] === 1 ? histogram : undefined
    const classic = buckets.flatMap(({ bound, column }) => {
      const count = sampleAt(column, step)
      return typeof count === 'number' ? [{ bound, count }] : []
    })
    if (own !== undefined && classic.length > 0) {
      this.#notes.add('mixedHistograms', this.#of)
      return undefined
    }
    return own ?? (classic.length > 0 ? classic : undefined)
  }
}

/** As Go reads a float. */
function boundOf(le: string | undefined): number | undefined {
  if (le === undefined || le.trim() !== le || le === '') return undefined
  if (/^[+]?inf(inity)?$/i.test(le)) return Number.POSITIVE_INFINITY
  if (/^-inf(inity)?$/i.test(le)) return Number.NEGATIVE_INFINITY
  const value = Number(le)
  return Number.isNaN(value) ? undefined : value
}
