import { hash } from 'node:crypto'
import { z } from 'zod'
import { messageOf } from '../../lib/base/index.ts'
import { parseLogQuery } from '../../lib/logql/index.ts'
import { type CountedRollup, type RollupWindow, rollupWindows } from '../../store/index.ts'
import { labelName } from '../metrics/names.ts'

type WindowName = RollupWindow['name']

const windowNames = rollupWindows.map(({ name }) => name) as [WindowName, ...WindowName[]]
const maxLabels = 10
const maxSeriesLimit = 10_000
/** More would not fit into the metadata of an offset commit, where a range's plan stands. */
export const maxRollups = 20

/** One rollup of log lines that the configuration defines. */
export const rollupDefinition = z.strictObject({
  /** Its name as a metric. */
  name: z
    .string()
    .max(100)
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'a metric name: letters, digits and underscores'),
  /** LogQL: the lines that count. */
  where: z.string().max(1000).default('{}').superRefine(refuseInvalid),
  /** Labels and fields that its series are told apart by. */
  by: z.array(z.string().min(1).max(200)).max(maxLabels).default([]),
  value: z
    .string()
    .regex(/^(count|bytes|(sum|min|max) \S+)$/, "count, bytes, or 'sum FIELD', 'min FIELD', 'max FIELD'")
    .default('count'),
  windows: z.array(z.enum(windowNames)).min(1).default(['10s', '1m']),
  /** Series in one window of one range; lines of others count as `__overflow__`. */
  maxSeries: z.int().min(1).max(maxSeriesLimit).default(1000),
})

export const rollupDefinitions = z
  .array(rollupDefinition)
  .max(maxRollups)
  .refine(all => new Set(all.map(({ name }) => name)).size === all.length, 'two rollups have the same name')
  .default([])

export type RollupDefinition = z.output<typeof rollupDefinition>

/** What is kept of the lines in a window. */
export type RollupKind = 'count' | 'bytes' | 'sum' | 'min' | 'max'

export function kindOf({ value }: RollupDefinition): { kind: RollupKind; field: string | undefined } {
  const [kind, field] = value.split(' ')
  return { kind: kind as RollupKind, field }
}

/** From the finest to the coarsest. */
export function windowsOf({ windows }: RollupDefinition): RollupWindow[] {
  return rollupWindows.filter(({ name }) => windows.includes(name))
}

/** 64 bits that tell one definition from another of the same name: what they count never mixes. */
export function definitionId({ name, where, by, value, windows, maxSeries }: RollupDefinition): Buffer {
  return hash('sha256', JSON.stringify([name, where, by, value, windows, maxSeries]), 'buffer').subarray(0, 8)
}

/** What it counts, for whoever has lines to take from it later. */
export function described({ where, value, by }: RollupDefinition): string {
  const counted: CountedRollup = { where, value, labels: by.map(text => [labelName(text), text] as const) }
  return JSON.stringify(counted)
}

function refuseInvalid(where: string, context: z.RefinementCtx): void {
  try {
    parseLogQuery(where)
  } catch (error) {
    context.addIssue({ code: 'custom', message: `not LogQL: ${messageOf(error)}` })
  }
}
