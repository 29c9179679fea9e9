import { Link } from 'wouter'
import type { Rule } from '../api/alerts.ts'

interface Properties {
  /** Undefined where its rule is gone. */
  rule: Pick<Rule, 'query' | 'language'> | undefined
  fromMs: number
  toMs: number
}

const leastAroundMs = 600_000

const pages = { logql: '/explore', promql: '/metrics', traceql: '/traces' } as const

/** What a rule asks, drawn over the time in which it fired and as much around it: lines in Explore, metrics in Metrics, spans in Traces. */
export function DataLink({ rule, fromMs, toMs }: Properties) {
  if (rule === undefined) return 'its rule is gone'
  const around = Math.max(leastAroundMs, toMs - fromMs)
  const range = { start: String(fromMs - around), end: String(Math.min(Date.now(), toMs + around)) }
  return (
    <Link href={`${pages[rule.language]}?${new URLSearchParams({ query: rule.query, ...range })}`}>
      what it asked
    </Link>
  )
}
