import { readFile } from 'node:fs/promises'
import { codeOf, replaceFile } from '../../lib/base/index.ts'

/** One entry of a checkpoint file. */
export interface CheckpointedOffset {
  topic: string
  partition: number
  offset: number
}

/**
 * Kafka's OffsetCheckpointFile: a line with the version 0, one with the number of entries, then `topic partition offset`
 * each. Renamed into place, so that it is there whole or not at all.
 */
export async function writeOffsets(path: string, entries: readonly CheckpointedOffset[]): Promise<void> {
  const lines = entries.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}`)
  await replaceFile(path, [0, entries.length, ...lines, ''].join('\n'))
}

/** Nothing where there is no file, or one that is damaged: what it says can be found out again. */
export async function readOffsets(path: string): Promise<CheckpointedOffset[]> {
  const text = await readFile(path, 'utf8').catch(error => {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  })
  const [version, count, ...lines] = text.split('\n')
  if (version !== '0' || lines.length !== Number(count) + 1) return []
  const entries = lines.slice(0, -1).map(parseLine)
  return entries.every(entry => entry !== undefined) ? entries : []
}

function parseLine(line: string): CheckpointedOffset | undefined {
  const match = /^(\S+) (\d+) (\d+)$/.exec(line)
  if (match === null) return undefined
  const [, topic = '', partition, offset] = match
  return { topic, partition: Number(partition), offset: Number(offset) }
}
