import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, exitDone, usageError } from '../../command.ts'
import { formatBytes, formatCount, formatDuration, formatTable } from '../../human.ts'
import { interruption } from '../../interruption.ts'
import { write } from '../../terminal/output.ts'
import type { Paint } from '../../terminal/paint.ts'
import { describeRates } from '../agent/top.ts'
import { findingLines } from './finding.ts'
import { judge } from './judge.ts'
import { type Look, look } from './look.ts'

const home = '\u001b[H'
const clearRest = '\u001b[J'
const otherScreen = '\u001b[?1049h\u001b[?25l'
const backAgain = '\u001b[?1049l\u001b[?25h'

export const top: Command = {
  name: 'top',
  asksApi: true,
  summary: 'what flows, live: topics in and out, lags, the agent here',
  options: {
    interval: { type: 'string', hint: 'SECONDS', description: 'between two looks', default: '2' },
    count: { type: 'string', hint: 'N', description: 'end after so many looks' },
  },
  details: 'Ends with Ctrl-C. Rates are those between two looks.',
  examples: [
    ['millrace top', 'until Ctrl-C'],
    ['millrace top --count 1', 'one look, for a script'],
  ],
  run: async call => {
    const config = await call.config()
    const seconds = call.number('interval') ?? 2
    if (seconds < 0.5) throw usageError('--interval: expected at least 0.5 s')
    const count = call.number('count') ?? Number.POSITIVE_INFINITY
    const stop = interruption()
    const isScreen = process.stdout.isTTY === true && count > 1
    if (isScreen) await write(otherScreen)
    try {
      let before = await look(config)
      for (let i = 0; i < count && !stop.signal.aborted; i++) {
        await sleep(seconds * 1000, undefined, { signal: stop.signal })
        const now = await look(config)
        const text = describeTop(before, now, call.paint)
        await write(isScreen ? `${home}${text.replaceAll('\n', '\u001b[K\n')}${clearRest}` : text)
        before = now
      }
    } catch (error) {
      if (!stop.signal.aborted) throw error
    } finally {
      if (isScreen) await write(backAgain)
    }
    return exitDone
  },
}

/** Two looks as one screen. */
export function describeTop(before: Look, now: Look, paint: Paint): string {
  const wrong = judge(now).filter(({ verdict }) => verdict !== 'ok')
  const parts = [
    `${new Date(now.nowMs).toISOString().slice(11, 19)}Z  ${wrong.length === 0 ? paint('all is well', 'good') : ''}`.trimEnd(),
    topicTable(before, now, paint),
    'value' in now.agent && 'value' in before.agent
      ? describeRates(before.agent.value, now.agent.value, paint)
      : '',
    wrong.length === 0 ? '' : findingLines(wrong, paint),
  ]
  return `${parts
    .filter(part => part !== '')
    .join('\n\n')
    .trimEnd()}\n`
}

/** How fast each topic grows, and how fast each group reads it. */
function topicTable(before: Look, now: Look, paint: Paint): string {
  if (!('value' in now.groups)) return ''
  const seconds = Math.max(0.001, (now.nowMs - before.nowMs) / 1000)
  const old = new Map(flows(before).map(flow => [`${flow.group}/${flow.topic}`, flow]))
  const rows = flows(now).map(flow => {
    const was = old.get(`${flow.group}/${flow.topic}`) ?? flow
    const rate = (to: number, from: number) => ({
      text: `${formatCount(Math.round((to - from) / seconds))}/s`,
      right: true,
    })
    return [
      { text: flow.topic, style: 'name' as const },
      rate(flow.end, was.end),
      flow.group,
      rate(flow.committed, was.committed),
      { text: formatCount(flow.lag), right: true },
      formatDuration(flow.seconds),
      { text: formatBytes(flow.bytes), right: true },
    ]
  })
  const head = ['topic', 'in', 'group', 'out', 'lag', 'behind', 'size']
  return rows.length === 0 ? '' : formatTable(head, rows, paint).trimEnd()
}

interface Flow {
  topic: string
  group: string
  end: number
  committed: number
  lag: number
  seconds: number
  bytes: number
}

function flows({ groups, dirs }: Look): Flow[] {
  if (!('value' in groups)) return []
  const bytes = new Map<string, number>()
  if ('value' in dirs)
    for (const { topic, bytes: size } of dirs.value.flatMap(({ partitions }) => partitions))
      bytes.set(topic, (bytes.get(topic) ?? 0) + size)
  const found = new Map<string, Flow>()
  for (const { group, lag } of groups.value)
    for (const { topic, committed, endOffset, lagRecords, lagSeconds } of lag) {
      const key = `${group}/${topic}`
      const none = { topic, group, end: 0, committed: 0, lag: 0, seconds: 0, bytes: bytes.get(topic) ?? 0 }
      const flow = found.get(key) ?? none
      flow.end += endOffset
      flow.committed += committed ?? endOffset - lagRecords
      flow.lag += lagRecords
      flow.seconds = Math.max(flow.seconds, lagSeconds)
      found.set(key, flow)
    }
  return [...found.values()]
}
