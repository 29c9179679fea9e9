import type { KafkaRecord, RecordInput } from '../../lib/kafka/index.ts'

/** Key of a note in the dead-letter topic: this letter is being put back, at or after that offset of its partition. */
const noteKey = 'millrace.replay.note'

export interface Note {
  from: number
  isDone: boolean
}

export function noteRecord(place: string, { from, isDone }: Note, timestampMs: number): RecordInput {
  const value = Buffer.from(JSON.stringify([place, from, isDone]))
  return { key: Buffer.from(noteKey), value, timestampMs, headers: [] }
}

/** Undefined for a record that is no note. */
export function readNote({ key, value }: KafkaRecord): (Note & { place: string }) | undefined {
  if (key?.toString() !== noteKey) return undefined
  const [place, from, isDone] = JSON.parse(value?.toString() ?? '[]') as [string, number, boolean]
  return { place, from, isDone }
}
