import { OperatingError } from '../../lib/base/index.ts'
import type { Fetcher, KafkaClient } from '../../lib/kafka/client/index.ts'
import { errorName, type KafkaRecord, type RecordInput, writeBatch } from '../../lib/kafka/index.ts'
import { type DeadLetter, placeKey, readLetter, replayHeader, replayRecord } from './letter.ts'
import { type Note, noteRecord, readNote } from './note.ts'
import { recordsFrom } from './read.ts'

/** Letters that one call handles at most: they are held in memory without their values. */
const maxLetters = 100_000

/** 'still unreadable': this version makes no rows of it either, so it would come back. */
export type LetterState =
  | 'waiting'
  | 'replayed'
  | 'still unreadable'
  | 'unreadable batch'
  | 'value left out'
  | 'topic made anew'

export interface ListedLetter {
  place: string
  topic: string
  partition: number
  offset: number
  timestampMs: number
  bytes: number
  reason: string
  /** 'waiting', 'replayed', or why it cannot be put back. */
  state: LetterState
}

export interface ReplayOptions {
  topic: string
  kafka: KafkaClient
  /** Letters of records made before stay where they are. */
  sinceMs: number
  nowMs: number
  /** Whether rows can be made of it by now: see `letterReader`. */
  canRead(letter: DeadLetter): boolean
}

export interface ReplayResult {
  replayed: number
  /** How many cannot be put back, by why. */
  left: Partial<Record<LetterState, number>>
}

interface Known {
  /** Where the letter stands in the dead-letter topic. */
  at: number
  letter: Omit<DeadLetter, 'value' | 'key'>
  bytes: number
  isReadable: boolean
}

interface Box {
  letters: Map<string, Known>
  notes: Map<string, Note>
}

/** What stands in the dead-letter topic, each record once. Errors: TOPIC_UNREADABLE, TOO_MANY_LETTERS; those of the client. */
export async function listLetters(options: ReplayOptions): Promise<ListedLetter[]> {
  return await withFetcher(options.kafka, async fetcher => {
    const box = await readBox(options, fetcher)
    const ids = await topicIds(options.kafka, box)
    return [...box.letters].map(([place, known]) => listed(place, known, box, ids))
  })
}

/**
 * Puts what waits back into its topic and partition, with a note of where it stood: once, however often this runs and
 * wherever it was ended. Before a letter is put back a note says from which offset on it will be found; a note without its
 * end is looked after first. Only one may run at a time.
 */
export async function replayLetters(options: ReplayOptions): Promise<ReplayResult> {
  return await withFetcher(options.kafka, async fetcher => {
    const box = await readBox(options, fetcher)
    const ids = await topicIds(options.kafka, box)
    const left: ReplayResult['left'] = {}
    let replayed = 0
    for (const [place, known] of box.letters) {
      const { state } = listed(place, known, box, ids)
      if (state === 'replayed') continue
      if (state !== 'waiting') left[state] = (left[state] ?? 0) + 1
      else if (await replayOne(options, fetcher, box, known)) replayed++
    }
    return { replayed, left }
  })
}

/** False where it had been put back before the end was noted. */
async function replayOne(
  { topic, kafka, nowMs }: ReplayOptions,
  fetcher: Fetcher,
  box: Box,
  known: Known,
): Promise<boolean> {
  const { letter } = known
  const place = placeKey(letter)
  const note = box.notes.get(place)
  const from = note?.from ?? (await kafka.listOffset(letter.topic, letter.partition, 'latest'))
  const isThere = note !== undefined && (await isPutBack(kafka, fetcher, letter, from, place))
  if (!isThere) {
    const full = await letterAt(kafka, fetcher, topic, known)
    await send(kafka, topic, 0, noteRecord(place, { from, isDone: false }, nowMs))
    await send(kafka, letter.topic, letter.partition, replayRecord(full, nowMs))
  }
  await send(kafka, topic, 0, noteRecord(place, { from, isDone: true }, nowMs))
  return !isThere
}

async function isPutBack(
  kafka: KafkaClient,
  fetcher: Fetcher,
  letter: Known['letter'],
  from: number,
  place: string,
): Promise<boolean> {
  const first = letter.headers.find(header => header.key === replayHeader)?.value ?? place
  for await (const record of recordsFrom(kafka, fetcher, letter.topic, letter.partition, from)) {
    const found = record.headers.find(header => header.key === replayHeader)?.value
    if (found?.toString() === String(first)) return true
  }
  return false
}

async function letterAt(
  kafka: KafkaClient,
  fetcher: Fetcher,
  topic: string,
  known: Known,
): Promise<DeadLetter> {
  for await (const record of recordsFrom(kafka, fetcher, topic, 0, known.at)) {
    const letter = readLetter(record)
    if (letter !== undefined && placeKey(letter) === placeKey(known.letter)) return letter
  }
  throw new OperatingError('TOPIC_UNREADABLE', `${topic} has let go of offset ${known.at}: list it again`)
}

async function readBox(options: ReplayOptions, fetcher: Fetcher): Promise<Box> {
  const box: Box = { letters: new Map(), notes: new Map() }
  if (!(await options.kafka.metadata([options.topic])).has(options.topic)) return box
  for await (const record of recordsFrom(options.kafka, fetcher, options.topic, 0, 0)) {
    const note = readNote(record)
    if (note === undefined) takeLetter(box, record, options)
    else box.notes.set(note.place, note)
  }
  return box
}

function takeLetter(box: Box, record: KafkaRecord, { sinceMs, canRead }: ReplayOptions): void {
  const letter = readLetter(record)
  if (letter === undefined || letter.timestampMs < sinceMs) return
  const place = placeKey(letter)
  // a second one came of a crash
  if (box.letters.has(place)) return
  if (box.letters.size >= maxLetters)
    throw new OperatingError(
      'TOO_MANY_LETTERS',
      `there are more than ${maxLetters} dead letters: name a later time with --since`,
    )
  const { key: _, value, ...rest } = letter
  const isReadable = !letter.isBatch && canRead(letter)
  box.letters.set(place, { at: record.offset, letter: rest, bytes: value?.length ?? 0, isReadable })
}

async function topicIds(kafka: KafkaClient, box: Box): Promise<Map<string, string>> {
  const names = [...new Set([...box.letters.values()].map(({ letter }) => letter.topic))]
  if (names.length === 0) return new Map()
  return new Map([...(await kafka.metadata(names))].map(([name, { topicId }]) => [name, topicId]))
}

function listed(place: string, known: Known, { notes }: Box, ids: ReadonlyMap<string, string>): ListedLetter {
  const { topic, partition, offset, timestampMs, reason } = known.letter
  const { bytes } = known
  const state = notes.get(place)?.isDone === true ? 'replayed' : (obstacle(known, ids) ?? 'waiting')
  return { place, topic, partition, offset, timestampMs, bytes, reason, state }
}

function obstacle({ letter, isReadable }: Known, ids: ReadonlyMap<string, string>): LetterState | undefined {
  if (letter.isBatch) return 'unreadable batch'
  if (letter.isCut) return 'value left out'
  if (ids.get(letter.topic) !== letter.topicId) return 'topic made anew'
  return isReadable ? undefined : 'still unreadable'
}

/** Errors: REPLAY_FAILED; those of the client. */
async function send(
  kafka: KafkaClient,
  topic: string,
  partition: number,
  record: RecordInput,
): Promise<void> {
  const { errorCode } = await kafka.produce(topic, partition, writeBatch([record]))
  if (errorCode === 0) return
  const message = `${topic} refused a record (${errorName(errorCode)}): run it again, it goes on where it was`
  throw new OperatingError('REPLAY_FAILED', message)
}

async function withFetcher<T>(kafka: KafkaClient, work: (fetcher: Fetcher) => Promise<T>): Promise<T> {
  const fetcher = kafka.openFetcher()
  try {
    return await work(fetcher)
  } finally {
    await fetcher.close()
  }
}
