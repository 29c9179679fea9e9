import { type Clock, packageVersion } from '../../lib/base/index.ts'
import type { KafkaOutput } from '../ship/kafka-output.ts'
import type { RunningSource, Sources } from '../sources/sources.ts'
import type { Spool } from '../spool/spool.ts'
import type { LastTroubles, Trouble } from './last-troubles.ts'

/** A broker that takes longer to answer hangs, or its disk does; requests time out much later. */
const patienceMs = 3_000
/** Sources named one by one; the rest stands in the totals. */
const maxSources = 1_000

export interface RuleStatus {
  name: string
  type: string
  matched: number
  changed: number
  dropped: number
  bytesSaved: number
}

/** What an agent says of itself when asked: numbers since its start, from which `top` makes rates. */
export interface AgentStatus {
  id: string
  host: string
  version: string
  startedMs: number
  nowMs: number
  watermarkMs: number
  reloadedMs: number | null
  /** Why nothing goes on at the moment; null where all is well. */
  waitsFor: string | null
  sources: {
    /** In the ledger, and where it stands in messages. */
    name: string
    /** What the configuration calls it, else the same. */
    title: string
    type: string
    addresses: Readonly<Record<string, string>>
    lines: number
    bytes: number
    lagBytes: number
    files: { source: string; lagBytes: number }[]
    lastTrouble: Trouble | null
  }[]
  rules: RuleStatus[]
  spool: {
    usedBytes: number
    maxBytes: number
    lanes: { name: string; topic: string; endOffset: number; ackedOffset: number; unshippedBytes: number }[]
  }
  outputs: { name: string; connected: boolean; lastTrouble: Trouble | null }[]
  dropped: Readonly<Record<string, number>>
  /** Batches that no broker took, kept for somebody to look at. */
  quarantined: number
  memoryBytes: number
  cpuSeconds: number
}

export interface StatusParts {
  agentId: string
  hostName: string
  startedMs: number
  clock: Clock
  pulse: { watermarkMs: number }
  reload: { reloadedMs: number | null }
  spool: Spool
  sources: Sources
  rules: { figures(): RuleStatus[] }
  output: { kafka: KafkaOutput; isKafka: boolean }
  troubles: LastTroubles
  quarantined: number
}

export function agentStatus(parts: StatusParts): AgentStatus {
  const { spool, sources, troubles, clock, output } = parts
  const cpu = process.cpuUsage()
  const kafka = {
    name: 'kafka',
    connected: output.kafka.isConnected && output.kafka.unansweredMs < patienceMs,
    lastTrouble: troubles.of('ship'),
  }
  return {
    id: parts.agentId,
    host: parts.hostName,
    version: packageVersion(),
    startedMs: parts.startedMs,
    nowMs: clock.nowMs(),
    watermarkMs: parts.pulse.watermarkMs,
    reloadedMs: parts.reload.reloadedMs,
    waitsFor: waitsFor(parts),
    sources: sources.running.slice(0, maxSources).map(running => sourceStatus(running, troubles)),
    rules: parts.rules.figures(),
    spool: spoolStatus(spool),
    outputs: output.isKafka ? [kafka] : [],
    dropped: droppedOf(spool),
    quarantined: parts.quarantined,
    memoryBytes: process.memoryUsage.rss(),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
  }
}

function sourceStatus(
  { name, title, config, source, intake }: RunningSource,
  troubles: LastTroubles,
): AgentStatus['sources'][number] {
  const { bytes: lagBytes, most } = source.lag()
  return {
    name,
    title,
    type: config.type,
    addresses: source.addresses,
    ...(source.read?.() ?? intake.read()),
    lagBytes,
    files: most.slice(0, maxSources),
    lastTrouble: troubles.of(name),
  }
}

function spoolStatus(spool: Spool): AgentStatus['spool'] {
  const lanes = spool.lanes.map(lane => ({
    name: lane.name,
    topic: lane.topic,
    endOffset: lane.log.endOffset,
    ackedOffset: lane.ackedOffset,
    unshippedBytes: lane.unshippedBytes(lane.ackedOffset),
  }))
  return { usedBytes: spool.usedBytes, maxBytes: spool.maxBytes, lanes }
}

/** The limit that is reached, or what does not answer. */
function waitsFor({ spool, output: { kafka, isKafka } }: StatusParts): string | null {
  const pressure = spool.pressure()
  if (pressure !== undefined) return pressure.limit
  const { unansweredMs } = kafka
  if (isKafka && unansweredMs >= patienceMs)
    return `no answer from kafka.brokers for ${Math.round(unansweredMs / 1000)} s`
  if (isKafka && !kafka.isConnected) return 'the brokers of kafka.brokers do not answer'
  return null
}

export function droppedOf(spool: Spool): Record<string, number> {
  const dropped: Record<string, number> = {}
  for (const lane of spool.lanes)
    for (const [rule, count] of lane.dropped) dropped[rule] = (dropped[rule] ?? 0) + count
  return dropped
}
