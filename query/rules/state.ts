import { z } from 'zod'
import { labelKey } from '../promql/column.ts'
import type { Alert, Alerts } from './alert.ts'

const times = { firedAtMs: z.number().optional(), resolvedAtMs: z.number().optional() }
const alert = z.object({
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  state: z.enum(['pending', 'firing', 'resolved']),
  value: z.number().nullable(),
  activeAtMs: z.number(),
  ...times,
  keepFiringSinceMs: z.number().optional(),
})
const stored = z.object({
  schema: z.literal(1),
  group: z.string(),
  file: z.string(),
  evaluatedMs: z.number(),
  /** By the rule's name and expression. */
  alerts: z.record(z.string(), z.array(alert)),
  /** Series that recording rules gave last, so that those which vanish can be ended. */
  recorded: z.record(z.string(), z.array(z.record(z.string(), z.string()))).default({}),
  health: z
    .record(z.string(), z.object({ lastError: z.string(), evaluatedMs: z.number(), tookMs: z.number() }))
    .default({}),
  /** Why the next moment is not evaluated yet. */
  waiting: z.string().default(''),
  missed: z.number().default(0),
})

/** How a rule went when it was evaluated last. */
export interface RuleHealth {
  lastError: string
  evaluatedMs: number
  tookMs: number
}

/** What outlives a restart of a group's evaluation. */
export interface GroupState {
  evaluatedMs: number | undefined
  alerts: Map<string, Alerts>
  recorded: Map<string, readonly Readonly<Record<string, string>>[]>
  health: Map<string, RuleHealth>
  waiting: string
  /** Moments that were not evaluated, since the group was first. */
  missed: number
}

export function emptyState(): GroupState {
  return {
    evaluatedMs: undefined,
    alerts: new Map(),
    recorded: new Map(),
    health: new Map(),
    waiting: '',
    missed: 0,
  }
}

/** A record of the rules' topic. */
export function writeState(group: string, file: string, state: GroupState): Buffer {
  const alerts = Object.fromEntries(
    [...state.alerts].map(([rule, all]) => [rule, [...all.values()].map(toStored)] as const),
  )
  const { evaluatedMs = 0, waiting, missed } = state
  const recorded = Object.fromEntries(state.recorded)
  const health = Object.fromEntries(state.health)
  return Buffer.from(
    JSON.stringify({ schema: 1, group, file, evaluatedMs, alerts, recorded, health, waiting, missed }),
  )
}

/** Undefined where the record is none, or of a newer kind. */
export function readState(value: Buffer): { group: string; file: string; state: GroupState } | undefined {
  const read = stored.safeParse(parsed(value))
  if (!read.success) return undefined
  const { group, file, evaluatedMs, alerts, recorded, health, waiting, missed } = read.data
  const maps = Object.entries(alerts).map(
    ([rule, all]) => [rule, new Map(all.map(one => [labelKey(one.labels), fromStored(one)]))] as const,
  )
  const state = {
    evaluatedMs,
    alerts: new Map(maps),
    recorded: new Map(Object.entries(recorded)),
    health: new Map(Object.entries(health)),
    waiting,
    missed,
  }
  return { group, file, state }
}

/** JSON has no NaN and no infinity. */
function toStored(one: Alert) {
  return { ...one, value: Number.isFinite(one.value) ? one.value : null }
}

function fromStored({
  value,
  firedAtMs,
  resolvedAtMs,
  keepFiringSinceMs,
  ...rest
}: z.output<typeof alert>): Alert {
  return {
    ...rest,
    value: value ?? Number.NaN,
    ...(firedAtMs === undefined ? {} : { firedAtMs }),
    ...(resolvedAtMs === undefined ? {} : { resolvedAtMs }),
    ...(keepFiringSinceMs === undefined ? {} : { keepFiringSinceMs }),
  }
}

function parsed(value: Buffer): unknown {
  try {
    return JSON.parse(value.toString())
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
