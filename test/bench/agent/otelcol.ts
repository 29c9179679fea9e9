import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKafkaClient, type KafkaClient } from '../../../lib/kafka/client/index.ts'
import { cpuSecondsOf, peakMiBOf } from '../broker/process-figures.ts'
import type { Usage } from './lines.ts'

const folder = join(import.meta.dirname, '../../../../shared/peers/otelcol')
const program = join(folder, 'otelcol')
export const hasCollector = existsSync(program)

const partitions = 4
/** It says nothing of being done: its topic has then not grown for so long, which is not counted. */
const quietMs = 1_500
const lookMs = 50

export interface CollectorFigure extends Usage {
  loadedMiB: number
}

/** Builds it where that has not been done yet. */
export function installCollector(): void {
  execFileSync(program, ['install'], { stdio: ['ignore', 'ignore', 'inherit'] })
}

/** A file through the OpenTelemetry Collector to a topic, with a configuration of `../shared/peers/otelcol`. */
export async function throughCollector(
  config: string,
  path: string,
  bytes: number,
  { broker, topic }: { broker: string; topic: string },
): Promise<CollectorFigure> {
  const client = createKafkaClient({ brokers: [broker], clientId: 'bench' })
  const env = { ...process.env, INPUT: path, BROKER: broker, TOPIC: topic }
  await client.ensureTopic(topic, partitions)
  const startMs = performance.now()
  // its standard output is that of the Collector, which holds it open
  const args = ['start', join(folder, 'configs', config)]
  execFileSync(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    const pid = collectorPid()
    const doneMs = await untilQuiet(client, topic)
    const cpuSeconds = cpuSecondsOf(pid)
    return { bytes, seconds: (doneMs - startMs) / 1000, cpuSeconds, loadedMiB: peakMiBOf(pid) }
  } finally {
    execFileSync(program, ['stop'], { stdio: 'ignore' })
    await client.close()
  }
}

function collectorPid(): number {
  const home = process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? '', '.cache')
  return Number(execFileSync('cat', [join(home, 'millrace-peers/otelcol/run/pid')], { encoding: 'utf8' }))
}

/** When the topic last grew. */
async function untilQuiet(client: KafkaClient, topic: string): Promise<number> {
  let before = 0
  let grewMs = performance.now()
  while (before === 0 || performance.now() - grewMs < quietMs) {
    let end = 0
    for (let partition = 0; partition < partitions; partition++)
      end += await client.listOffset(topic, partition, 'latest')
    if (end > before) grewMs = performance.now()
    before = end
    await sleep(lookMs)
  }
  return grewMs
}
