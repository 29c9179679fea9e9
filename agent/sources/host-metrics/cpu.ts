import { cpus, loadavg, uptime } from 'node:os'
import type { MetricInput, NumberPoint } from '../../../lib/otlp/index.ts'
import { type Collect, gauge, point, sum } from './measures.ts'

/** Seconds spent per mode; OpenTelemetry's values of `cpu.mode`. */
type Times = Map<string, number>

/** os.cpus() gives milliseconds for these on every platform; nice is counted as user time by nobody else either. */
const modes = ['user', 'nice', 'sys', 'idle', 'irq'] as const
const modeNames = { user: 'user', nice: 'nice', sys: 'system', idle: 'idle', irq: 'interrupt' } as const

/** Time and share per mode over all cores, load averages, uptime. */
export function cpuCollector(): Collect {
  let before: Times | undefined
  return () => {
    const times = readTimes()
    const metrics = [timeMetric(times), countMetric(), ...loadMetrics(), uptimeMetric()]
    if (before !== undefined) metrics.push(utilizationMetric(before, times))
    before = times
    return Promise.resolve(metrics)
  }
}

function readTimes(): Times {
  const times: Times = new Map()
  for (const { times: one } of cpus())
    for (const mode of modes) times.set(modeNames[mode], (times.get(modeNames[mode]) ?? 0) + one[mode] / 1000)
  return times
}

function timeMetric(times: Times): MetricInput {
  const points = [...times].map(([mode, seconds]) => point(seconds, { 'cpu.mode': mode }))
  return sum('system.cpu.time', 's', 'time the cores spent per mode', points)
}

/** Shares of the time since the last look, 0 to 1 over all cores. */
export function utilizationMetric(before: Times, after: Times): MetricInput {
  let total = 0
  for (const [mode, seconds] of after) total += seconds - (before.get(mode) ?? 0)
  const points: NumberPoint[] = []
  for (const [mode, seconds] of after) {
    const share = total > 0 ? (seconds - (before.get(mode) ?? 0)) / total : 0
    points.push(point(Math.max(0, share), { 'cpu.mode': mode }))
  }
  return gauge('system.cpu.utilization', '1', 'share of time the cores spent per mode', points)
}

function countMetric(): MetricInput {
  return sum('system.cpu.logical.count', '{cpu}', 'logical cores', [point(cpus().length)], false)
}

function loadMetrics(): MetricInput[] {
  const spans = ['1m', '5m', '15m'] as const
  return loadavg().map((load, i) =>
    gauge(`system.cpu.load_average.${spans[i]}`, '{thread}', `runnable threads, average of ${spans[i]}`, [
      point(load),
    ]),
  )
}

function uptimeMetric(): MetricInput {
  return gauge('system.uptime', 's', 'time since the machine started', [point(uptime())])
}
