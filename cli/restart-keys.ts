import { isDeepStrictEqual } from 'node:util'
import type { Config } from './config.ts'
import type { RoleName } from './role-name.ts'

type Section = keyof Config

const ofAll = ['logLevel', 'telemetry'] as const satisfies Section[]
const ofData = ['tenant', 'dataDir', 'kafka', 'clickhouse'] as const satisfies Section[]

/** What a role goes by and cannot take up while it runs. The agent says of its own section itself what it cannot. */
const sectionsOf: Readonly<Record<RoleName, readonly Section[]>> = {
  broker: ['dataDir', 'broker', ...ofAll],
  store: ['dataDir', 'clickhouse', 'store', ...ofAll],
  aggregator: [...ofData, 'store', 'aggregator', 'retention', 'rollups', ...ofAll],
  query: [...ofData, 'store', 'aggregator', 'query', 'retention', 'rules', 'alerting', ...ofAll],
  agent: ['tenant', ...ofAll],
}

/** The keys by which two configurations of a role differ, as in `aggregator.maxRows` or `rollups`: pure. */
export function restartKeys(role: RoleName, running: Config, next: Config): string[] {
  return sectionsOf[role].flatMap(section => changed(section, running[section], next[section]))
}

/** The keys of a section are named one by one, those of lists are not. */
function changed(name: string, before: unknown, after: unknown): string[] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isSection(before) || !isSection(after)) return [name]
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter(key => !isDeepStrictEqual(before[key], after[key]))
    .map(key => `${name}.${key}`)
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
