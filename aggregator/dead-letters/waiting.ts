import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import { placeKey, readLetter } from './letter.ts'
import { readNote } from './note.ts'
import { recordsFrom } from './read.ts'

/** Places that are held in memory at most. */
const defaultMaxPlaces = 100_000

export interface WaitingLetters {
  /** Records that could not be stored and were not put back, each once. */
  waiting: number
  /** False: there are more, which were not told apart. */
  isAll: boolean
}

/** How many dead letters wait, whatever their number. Errors: TOPIC_UNREADABLE; those of the client. */
export async function countWaiting(
  kafka: KafkaClient,
  topic: string,
  maxPlaces = defaultMaxPlaces,
): Promise<WaitingLetters> {
  if (!(await kafka.metadata([topic])).has(topic)) return { waiting: 0, isAll: true }
  const places = new Set<string>()
  let isAll = true
  const fetcher = kafka.openFetcher()
  try {
    for await (const record of recordsFrom(kafka, fetcher, topic, 0, 0)) {
      const note = readNote(record)
      if (note?.isDone === true) places.delete(note.place)
      const letter = note === undefined ? readLetter(record) : undefined
      if (letter === undefined) continue
      if (places.size < maxPlaces) places.add(placeKey(letter))
      else isAll = false
    }
  } finally {
    await fetcher.close()
  }
  return { waiting: places.size, isAll }
}
