import { readdir } from 'node:fs/promises'
import { codeOf, type SharedConfig } from '../../lib/base/index.ts'
import type { Signal } from '../../lib/otlp/index.ts'
import { laneFolder } from '../file-names.ts'
import type { LaneName } from './lane.ts'

export const signals: readonly Signal[] = ['logs', 'metrics', 'traces']

type Topics = Pick<SharedConfig['kafka']['topics'], Signal>

/**
 * The lanes that a configuration asks for: `perSignal` of each signal, `logs`, `logs-2` and so on, and one for each
 * topic that a rule sends records to, `logs@TOPIC`.
 */
export function laneNames(topics: Topics, perSignal: number, routed: Iterable<string> = []): LaneName[] {
  const plain = signals.flatMap(signal =>
    Array.from({ length: perSignal }, (_, i) => ({
      name: i === 0 ? signal : `${signal}-${i + 1}`,
      signal,
      topic: topics[signal],
      use: 'signal' as const,
    })),
  )
  return [...plain, ...[...new Set(routed)].map(topicLane)]
}

/** The lane of a topic that a rule sends records to. */
export function topicLane(topic: string): LaneName {
  return { name: `logs@${topic}`, signal: 'logs', topic, use: 'topic' }
}

/**
 * Lanes on disk that the configuration asks for no longer: nothing more goes into them, but what they hold is still to
 * be shipped.
 */
export async function leftoverLanes(
  agentFolder: string,
  topics: Topics,
  wanted: readonly LaneName[],
): Promise<LaneName[]> {
  const known = new Set(wanted.map(({ name }) => name))
  const names = await foldersIn(laneFolder(agentFolder, ''))
  return names.filter(name => !known.has(name)).flatMap(name => leftover(name, topics))
}

function leftover(name: string, topics: Topics): LaneName[] {
  const match = /^(logs|metrics|traces)(?:-\d+|@(.+))$/.exec(name)
  if (match === null) return []
  const signal = match[1] as Signal
  return [{ name, signal, topic: match[2] ?? topics[signal], use: 'rest' }]
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  } catch (error) {
    // the first start: there is no spool yet
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
