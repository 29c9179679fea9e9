import type { StatusAnswer } from '../../../query/index.ts'
import { countOf, formatBytes } from '../ui/format.ts'

/**
 * What agents do that run and have claimed no moment yet: they still read what was there before them. Undefined where no agent is
 * known.
 */
export function firstReading(agents: StatusAnswer['agents']): { short: string; long: string } | undefined {
  const running = agents.filter(({ stopped, missing }) => !stopped && !missing)
  if (running.length === 0) return undefined
  const left = running.reduce((sum, { lagBytes, spoolBytes }) => sum + lagBytes + spoolBytes, 0)
  const who = running.length === 1 ? `The agent on ${running[0]?.host}` : countOf(running.length, 'agent')
  const verb = running.length === 1 ? 'reads and sends' : 'read and send'
  if (left === 0) return { short: 'agents begin to ship', long: `${who} ${verb} for the first time` }
  return {
    short: `first reading: ${formatBytes(left)} left`,
    long: `${who} still ${verb} what was there before: ${formatBytes(left)} left`,
  }
}
