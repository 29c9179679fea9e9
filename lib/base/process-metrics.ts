import type { Metrics } from './metrics.ts'

/** What a process uses of its machine. */
export function addProcessMetrics(metrics: Metrics): void {
  const memory = { unit: 'By', description: 'resident memory of the process' }
  metrics.gauge('process.memory.usage', memory, () => process.memoryUsage.rss())
  const cpu = { unit: 's', description: 'processor time used since start' }
  metrics.observedCounter('process.cpu.time', cpu, () => {
    const { user, system } = process.cpuUsage()
    return [
      { labels: { mode: 'user' }, value: user / 1e6 },
      { labels: { mode: 'system' }, value: system / 1e6 },
    ]
  })
}
