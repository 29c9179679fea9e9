import { useQuery } from '@tanstack/react-query'
import type { StatusAnswer } from '../../../query/index.ts'
import { getStatus } from '../api/system.ts'
import { countOf, formatAge, toMs } from '../ui/format.ts'
import { firstReading } from './first-reading.ts'
import { silentAgents } from './silent-agents.ts'
import styles from './status-light.module.css'

const refreshMs = 5_000
/** Agents that keep up are seconds behind. */
const behindMs = 120_000

/** How complete the data is, and which part of the system does not answer. */
export function StatusLight() {
  const { data, isError } = useQuery({ queryKey: ['status'], queryFn: getStatus, refetchInterval: refreshMs })
  if (isError) return <Light kind="bad" text="query API does not answer" />
  if (data === undefined) return null
  const failing = data.roles.filter(role => !role.ok)
  if (failing.length > 0)
    return <Light kind="bad" text={failingText(failing)} title={failing.map(r => r.detail).join('\n')} />
  const silent = silentAgents(data)
  if (silent.length > 0)
    return (
      <Light
        kind="warn"
        text={`no word from ${silent.length === 1 ? silent[0] : countOf(silent.length, 'agent')}`}
        title={`No longer reporting: ${silent.join(', ')}`}
      />
    )
  if (data.completeTo === null) return <Light kind="warn" {...unknownText(data.agents)} />
  const title = 'Everything the agents had before this moment can be found'
  const isBehind = Date.now() - toMs(data.completeTo) > behindMs
  return (
    <Light
      kind={isBehind ? 'warn' : 'good'}
      text={`complete to ${formatAge(data.completeTo)} ago`}
      title={title}
    />
  )
}

/** One that does not answer in time is down, frozen, or has too much to do: nobody knows which. */
function failingText(failing: readonly { role: string; detail: string }[]): string {
  const isLate = failing.every(({ detail }) => detail.startsWith('no answer from'))
  const roles = failing.map(({ role }) => role)
  return `${roles.join(', ')} ${isLate ? `${roles.length === 1 ? 'does' : 'do'} not answer in time` : 'down'}`
}

function unknownText(agents: StatusAnswer['agents']): { text: string; title: string } {
  const reading = firstReading(agents)
  return reading === undefined
    ? { text: 'completeness not known yet', title: 'No agent has reported yet' }
    : { text: reading.short, title: `${reading.long}, so nobody knows yet whether lines are missing` }
}

function Light({ kind, text, title }: { kind: 'good' | 'warn' | 'bad'; text: string; title?: string }) {
  return (
    <span className={styles['status']} role="status" title={title}>
      <span className={styles[kind]} aria-hidden="true" />
      <span className={kind === 'good' ? styles['words'] : undefined}>{text}</span>
    </span>
  )
}
