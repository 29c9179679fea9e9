import { useQuery } from '@tanstack/react-query'
import { getStatus } from '../api/system.ts'
import { countOf, formatAge } from '../ui/format.ts'
import styles from './status-light.module.css'

const refreshMs = 5_000

/** How complete the data is, and which part of the system does not answer. */
export function StatusLight() {
  const { data, isError } = useQuery({ queryKey: ['status'], queryFn: getStatus, refetchInterval: refreshMs })
  if (isError) return <Light kind="bad" text="query API does not answer" />
  if (data === undefined) return null
  const failing = data.roles.filter(role => !role.ok)
  if (failing.length > 0)
    return (
      <Light
        kind="bad"
        text={`${failing.map(r => r.role).join(', ')} down`}
        title={failing.map(r => r.detail).join('\n')}
      />
    )
  if (data.missingHosts.length > 0)
    return (
      <Light
        kind="warn"
        text={`no word from ${silent(data.missingHosts)}`}
        title={`Their agents stopped reporting: ${data.missingHosts.join(', ')}`}
      />
    )
  if (data.completeTo === null)
    return (
      <Light
        kind="warn"
        text="completeness not known yet"
        title="No agent has reported, or had anything acknowledged yet"
      />
    )
  const title = 'Everything the agents had before this moment can be found'
  return <Light kind="good" text={`complete to ${formatAge(data.completeTo)} ago`} title={title} />
}

/** One host by its name; many would leave no room for the pages. */
function silent(hosts: readonly string[]): string {
  return hosts.length === 1 ? (hosts[0] ?? '') : countOf(hosts.length, 'host')
}

function Light({ kind, text, title }: { kind: 'good' | 'warn' | 'bad'; text: string; title?: string }) {
  return (
    <span className={styles['status']} role="status" title={title}>
      <span className={styles[kind]} aria-hidden="true" />
      <span className={kind === 'good' ? styles['words'] : undefined}>{text}</span>
    </span>
  )
}
