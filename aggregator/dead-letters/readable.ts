import { WireError } from '../../lib/otlp/index.ts'
import type { Config } from '../config.ts'
import { RangeBlocks, type Signal } from '../range/blocks.ts'
import { defaultSettings } from '../range/settings.ts'
import { RecordPosition } from '../rows/position.ts'
import type { DeadLetter } from './letter.ts'

/**
 * Tells whether this version can make rows of a record that could not be stored: one of which it cannot would come back as
 * another dead letter. Of records of topics that the configuration does not name nobody knows: they are tried.
 */
export function letterReader({ kafka }: Pick<Config, 'kafka'>): (letter: DeadLetter) => boolean {
  const { logs, metrics, traces } = kafka.topics
  const signals = new Map<string, Signal>([
    [logs, 'logs'],
    [metrics, 'metrics'],
    [traces, 'traces'],
  ])
  const known = new Map<Signal, RangeBlocks>()
  return ({ topic, partition, offset, timestampMs, value }) => {
    const signal = signals.get(topic)
    if (signal === undefined || value === null) return true
    const blocks = known.get(signal) ?? new RangeBlocks(signal, defaultSettings)
    known.set(signal, blocks)
    try {
      blocks.add(value, new RecordPosition(topic, partition, offset, timestampMs, ''))
      return true
    } catch (error) {
      if (error instanceof WireError) return false
      throw error
    } finally {
      blocks.clear()
    }
  }
}
