import { type Clock, packageVersion } from '../../lib/base/index.ts'
import type { Behind } from '../outputs/behind.ts'
import type { Outputs } from '../outputs/outputs.ts'
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

export interface OutputStatus {
  name: string
  connected: boolean
  /** For how long it has taken nothing of what it was sent; milliseconds. */
  failingMs: number
  /** Still to carry. */
  behind: Behind
  lastTrouble: Trouble | null
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
  outputs: OutputStatus[]
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
  output: { kafka: KafkaOutput; isKafka: boolean; outputs: Outputs }
  troubles: LastTroubles
  quarantined: number
}

export function agentStatus(parts: StatusParts): AgentStatus {
  const { spool, sources, troubles, clock } = parts
  const cpu = process.cpuUsage()
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
    outputs: outputStatus(parts),
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

function outputStatus({ output: { kafka, isKafka, outputs }, troubles }: StatusParts): OutputStatus[] {
  const others = outputs.figures().map(figures => ({
    ...figures,
    connected: figures.failingMs === 0,
    lastTrouble: troubles.of(`output ${figures.name}`),
  }))
  if (!isKafka) return others
  const { unansweredMs, behind } = kafka
  const failingMs = unansweredMs < patienceMs ? 0 : unansweredMs
  const connected = kafka.isConnected && failingMs === 0
  return [{ name: 'kafka', connected, failingMs, behind, lastTrouble: troubles.of('ship') }, ...others]
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
function waitsFor({ spool, output: { kafka, isKafka, outputs } }: StatusParts): string | null {
  const pressure = spool.pressure()
  if (pressure !== undefined) return pressure.limit
  const { unansweredMs } = kafka
  if (isKafka && unansweredMs >= patienceMs)
    return `no answer from kafka.brokers for ${Math.round(unansweredMs / 1000)} s`
  if (isKafka && !kafka.isConnected) return 'the brokers of kafka.brokers do not answer'
  const failing = outputs.figures().filter(({ failingMs }) => failingMs >= patienceMs)
  const each = failing.map(({ name, failingMs }) => `${name} for ${Math.round(failingMs / 1000)} s`)
  return each.length === 0 ? null : `nothing is taken by the outputs ${each.join(', ')}`
}

export function droppedOf(spool: Spool): Record<string, number> {
  const dropped: Record<string, number> = {}
  for (const lane of spool.lanes)
    for (const [rule, count] of lane.dropped) dropped[rule] = (dropped[rule] ?? 0) + count
  return dropped
}
