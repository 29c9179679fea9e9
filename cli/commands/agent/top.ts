import { setTimeout as sleep } from 'node:timers/promises'
import type { AgentStatus } from '../../../agent/index.ts'
import { type Call, type Command, exitDone, usageError } from '../../command.ts'
import { formatBytes, formatTable } from '../../human.ts'
import { type Paint, plain } from '../../terminal/paint.ts'
import { askAgent } from './ask-agent.ts'

const clearScreen = '\u001b[H\u001b[2J'

export const agentTop: Command = {
  name: 'agent top',
  summary: 'the rates of a running agent, live: each source and rule',
  options: {
    interval: { type: 'string', hint: 'SECONDS', description: 'between two looks', default: '1' },
    count: { type: 'string', hint: 'N', description: 'end after so many looks' },
  },
  examples: [
    ['millrace agent top', 'until Ctrl-C'],
    ['millrace agent top --count 1', 'one look, for a script'],
  ],
  run: runTop,
}

async function runTop(call: Call): Promise<number> {
  const config = await call.config()
  const seconds = call.number('interval') ?? 1
  if (seconds < 0.1) throw usageError('--interval: expected at least 0.1 s')
  const count = call.number('count') ?? Number.POSITIVE_INFINITY
  const look = async (): Promise<AgentStatus> =>
    (await (await askAgent(config, '/api/status')).json()) as AgentStatus
  let before = await look()
  for (let i = 0; i < count; i++) {
    await sleep(seconds * 1000)
    const now = await look()
    process.stdout.write(
      `${process.stdout.isTTY ? clearScreen : ''}${describeRates(before, now, call.paint)}`,
    )
    before = now
  }
  return exitDone
}

/** What happened between two looks, as rates. */
export function describeRates(before: AgentStatus, now: AgentStatus, paint: Paint = plain): string {
  const seconds = Math.max(0.001, (now.nowMs - before.nowMs) / 1000)
  const rate = (to: number, from: number | undefined): number => Math.round((to - (from ?? 0)) / seconds)
  const sources = now.sources.map(source => {
    const old = before.sources.find(({ name }) => name === source.name)
    const bytesPerSecond = rate(source.bytes, old?.bytes)
    const behind =
      source.lagBytes === 0
        ? '-'
        : bytesPerSecond > 0
          ? `${Math.round(source.lagBytes / bytesPerSecond)} s`
          : 'stands'
    return [
      source.title,
      rate(source.lines, old?.lines),
      `${formatBytes(bytesPerSecond)}/s`,
      formatBytes(source.lagBytes),
      behind,
      source.lastTrouble?.message ?? '',
    ]
  })
  const rules = now.rules.map(rule => {
    const old = before.rules.find(({ name }) => name === rule.name)
    return [
      rule.name,
      rate(rule.matched, old?.matched),
      rate(rule.changed, old?.changed),
      rate(rule.dropped, old?.dropped),
    ]
  })
  const cpu = Math.round(((now.cpuSeconds - before.cpuSeconds) / seconds) * 100)
  const unshipped = now.spool.lanes.reduce((sum, { unshippedBytes }) => sum + unshippedBytes, 0)
  const head = `${now.id}  ${cpu} % of a core  ${formatBytes(now.memoryBytes)}  spool ${formatBytes(unshipped)} to ship  ${now.waitsFor === null ? '' : `waits: ${now.waitsFor}`}`
  const tables = [
    formatTable(['source', 'records/s', 'read', 'to read', 'behind', 'last trouble'], sources, paint),
  ]
  if (rules.length > 0)
    tables.push(formatTable(['rule', 'matched/s', 'changed/s', 'dropped/s'], rules, paint))
  return `${[head.trimEnd(), ...tables].join('\n')}\n`
}
