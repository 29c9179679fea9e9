import { readDuration } from '../ui/duration.ts'

/** How far back a rule over spans looks that does not say it. */
const usualWindowMs = 300_000

/**
 * The window of a rule over spans.
 *
 * @example
 * windowMs('{ status = error } | rate() > 1 with (window=15m)') // => 900_000
 */
export function windowMs(expr: string): number {
  const said = /\bwith\s*\([^)]*\bwindow\s*=\s*"?([0-9a-z.]+)"?[^)]*\)\s*$/.exec(expr)?.[1]
  return (said === undefined ? undefined : readDuration(said)) ?? usualWindowMs
}

/** The labels that its alerts have: attributes under the names that labels may have. */
export function alertLabels(metric: Readonly<Record<string, string>>): Record<string, string> {
  const { __name__: _, ...labels } = metric
  return Object.fromEntries(
    Object.entries(labels).map(([name, value]) => [name.replaceAll(/\W/g, '_'), value]),
  )
}
