import type { AgentStatus } from '../../../agent/index.ts'
import { type Call, type Command, exitDone, exitNot } from '../../command.ts'
import { formatBytes, formatDuration, formatTable } from '../../human.ts'
import { toJsonLine } from '../../terminal/output.ts'
import { askAgent } from './ask-agent.ts'

/** Sources whose files are named one by one. */
const maxFiles = 10

export const agentStatus: Command = {
  name: 'agent status',
  summary: 'what a running agent does: sources, rules, spool, outputs',
  options: { json: { type: 'boolean', description: 'everything, as one JSON object' } },
  details: 'Exit code 0 where all goes on, 1 where something makes the agent wait, 2 where no agent answers.',
  examples: [
    ['millrace agent status', 'of the agent with this dataDir'],
    ['millrace agent status --json | jq .spool', 'a part of it for a script'],
  ],
  run: runStatus,
}

async function runStatus(call: Call): Promise<number> {
  const response = await askAgent(await call.config(), '/api/status')
  const status = (await response.json()) as AgentStatus
  process.stdout.write(call.flag('json') ? `${toJsonLine(status)}\n` : describeStatus(status))
  return status.waitsFor === null ? exitDone : exitNot
}

export function describeStatus(status: AgentStatus): string {
  const since = formatDuration((status.nowMs - status.startedMs) / 1000)
  const facts = [
    `${status.id} on ${status.host}`,
    `version ${status.version}`,
    `up ${since}`,
    `${formatBytes(status.memoryBytes)} resident`,
    ...completeness(status),
  ]
  const parts = [
    facts.join(', '),
    [status.waitsFor === null ? 'all goes on' : `waits: ${status.waitsFor}`, ...setAside(status)].join('\n'),
    sourcesTable(status),
    ...(status.rules.length === 0 ? [] : [rulesTable(status)]),
    spoolTable(status),
    outputsTable(status),
    ...troubles(status),
  ]
  return `${parts.join('\n\n')}\n`
}

/** Only brokers are told how far the agent is. */
function completeness({ outputs, watermarkMs, nowMs }: AgentStatus): string[] {
  if (!outputs.some(({ name }) => name === 'kafka')) return []
  if (watermarkMs === 0) return ['nothing acknowledged yet']
  return [`complete to ${formatDuration((nowMs - watermarkMs) / 1000)} ago`]
}

function setAside({ quarantined }: AgentStatus): string[] {
  if (quarantined === 0) return []
  return [`set aside, since no broker took them: ${quarantined} batches, see millrace agent spool list`]
}

function sourcesTable({ sources }: AgentStatus): string {
  const rows = sources.map(({ title, addresses, lines, bytes, lagBytes, files }) => [
    title,
    Object.values(addresses).join(' '),
    lines,
    formatBytes(bytes),
    formatBytes(lagBytes),
    files.length,
  ])
  const table = formatTable(['source', 'listens', 'records', 'read', 'to read', 'files'], rows)
  const behind = sources.flatMap(({ files }) => files).filter(({ lagBytes }) => lagBytes > 0)
  const named = behind
    .slice(0, maxFiles)
    .map(({ source, lagBytes }) => `  ${formatBytes(lagBytes)} to read of ${source}`)
  return [table.trimEnd(), ...named].join('\n')
}

export function rulesTable({ rules }: AgentStatus): string {
  const rows = rules.map(({ name, type, matched, changed, dropped, bytesSaved }) => [
    name,
    type,
    matched,
    changed,
    dropped,
    formatBytes(Math.max(0, bytesSaved)),
  ])
  return formatTable(['rule', 'type', 'matched', 'changed', 'dropped', 'saved'], rows).trimEnd()
}

function spoolTable({ spool }: AgentStatus): string {
  const rows = spool.lanes.map(({ name, topic, endOffset, ackedOffset, unshippedBytes }) => [
    name,
    topic,
    endOffset,
    endOffset - ackedOffset,
    formatBytes(unshippedBytes),
  ])
  const table = formatTable(['lane', 'topic', 'records', 'to ship', 'bytes'], rows).trimEnd()
  return [table, `spool ${formatBytes(spool.usedBytes)} of ${formatBytes(spool.maxBytes)}`].join('\n')
}

function outputsTable({ outputs }: AgentStatus): string {
  const rows = outputs.map(({ name, connected, failingMs, behind }) => [
    name,
    connected ? 'takes' : `takes nothing${failingMs === 0 ? '' : ` for ${formatDuration(failingMs / 1000)}`}`,
    behind.records,
    formatBytes(behind.bytes),
  ])
  return formatTable(['output', '', 'to carry', 'bytes'], rows).trimEnd()
}

function troubles({ sources, outputs, nowMs }: AgentStatus): string[] {
  const named = [...sources.map(source => ({ ...source, name: source.title })), ...outputs]
  const all = named.flatMap(({ name, lastTrouble }) =>
    lastTrouble === null ? [] : [{ name, ...lastTrouble }],
  )
  const lines = all.map(
    ({ name, timeMs, message, details }) =>
      `${name}, ${formatDuration((nowMs - timeMs) / 1000)} ago: ${message} ${details}`,
  )
  return lines.length === 0 ? [] : [`last troubles\n${lines.map(line => `  ${line}`).join('\n')}`]
}
