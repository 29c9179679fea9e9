import type { ApiSeries, Grid } from '../charts/align.ts'
import type { Range } from '../ui/range.ts'

/** How far apart the moments are at which a week is looked at. */
export const stepMs = 120_000

export function gridOf({ start, end }: Range): Grid {
  return { startMs: Number(start), endMs: Number(end), stepMs }
}

/** When something was so. Unix milliseconds. */
export interface Span {
  fromMs: number
  toMs: number
}

/**
 * When a series was there, as spans: points further apart than a step and a half are two. With `forMs` a span counts from
 * when it has held for so long, as an alert's `for` does.
 */
export function spansOf(values: NonNullable<ApiSeries['values']>, apartMs: number, forMs = 0): Span[] {
  const spans: Span[] = []
  for (const [seconds] of values) {
    const atMs = seconds * 1000
    const last = spans.at(-1)
    if (last !== undefined && atMs - last.toMs <= apartMs * 1.5) last.toMs = atMs
    else spans.push({ fromMs: atMs, toMs: atMs })
  }
  return spans
    .map(({ fromMs, toMs }) => ({ fromMs: fromMs + forMs, toMs: toMs + apartMs }))
    .filter(({ fromMs, toMs }) => fromMs + apartMs <= toMs)
}

/** `5m`, `1h30m`, `90s` in milliseconds; undefined for anything else. Source: Prometheus, durations. */
export function readDuration(text: string): number | undefined {
  if (!/^(?:\d+(?:ms|[smhdw]))+$/.test(text)) return undefined
  const units: Record<string, number> = {
    ms: 1,
    s: 1_000,
    m: 60_000,
    h: 3_600_000,
    d: 86_400_000,
    w: 604_800_000,
  }
  return [...text.matchAll(/(\d+)(ms|[smhdw])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0),
    0,
  )
}

/** A rule as it stands in a file. */
export function ruleYaml(rule: {
  name: string
  expr: string
  forText: string
  severity: string
  summary: string
}): string {
  const quoted = (text: string) => JSON.stringify(text)
  return [
    'groups:',
    '  - name: new',
    '    rules:',
    `      - alert: ${quoted(rule.name)}`,
    `        expr: ${quoted(rule.expr)}`,
    ...(rule.forText === '' ? [] : [`        for: ${rule.forText}`]),
    ...(rule.severity === '' ? [] : [`        labels: { severity: ${quoted(rule.severity)} }`]),
    ...(rule.summary === '' ? [] : [`        annotations: { summary: ${quoted(rule.summary)} }`]),
    '',
  ].join('\n')
}
