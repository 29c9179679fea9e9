import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../lib/base/index.ts'
import { leaderEpochCheckpoint } from '../filenames.ts'

/** The only leader epoch a single node has: it leads from the beginning. */
export const leaderEpoch = 0

/** From this offset on batches are of this epoch. */
export interface EpochStart {
  epoch: number
  startOffset: number
}

export interface EpochEnd {
  leaderEpoch: number
  endOffset: number
}

const undefinedEnd: EpochEnd = { leaderEpoch: -1, endOffset: -1 }

/**
 * Where each leader's time began in a partition's log (KIP-101), in Kafka's `leader-epoch-checkpoint`: version 0, the
 * number of entries, then `epoch startOffset` each. What a damaged file said is told by the log: its present leader's epoch.
 */
export class LeaderEpochs {
  readonly #path: string
  #epochs: readonly EpochStart[]

  private constructor(path: string, epochs: readonly EpochStart[]) {
    this.#path = path
    this.#epochs = epochs
  }

  /** The leader of this epoch takes over where the log ends. */
  static async open(
    folder: string,
    epoch: number,
    log: { startOffset: number; endOffset: number },
  ): Promise<LeaderEpochs> {
    const path = join(folder, leaderEpochCheckpoint)
    const text = await readFile(path, 'utf8').catch(() => '')
    const known = parse(text)?.filter(({ startOffset }) => startOffset <= log.endOffset) ?? []
    const isKnown = known.some(entry => entry.epoch >= epoch)
    const startOffset = known.length === 0 ? log.startOffset : log.endOffset
    const epochs = new LeaderEpochs(path, isKnown ? known : [...known, { epoch, startOffset }])
    epochs.#epochs = startingAt(epochs.#epochs, log.startOffset)
    if (format(epochs.#epochs) !== text) await epochs.#write()
    return epochs
  }

  get all(): readonly EpochStart[] {
    return this.#epochs
  }

  /** Where an epoch ended, or the last one before it that there was; undefined (-1) for one after the present. */
  endOf(epoch: number, logEndOffset: number): EpochEnd {
    const latest = this.#epochs.at(-1)
    if (epoch < 0 || latest === undefined || epoch > latest.epoch) return undefinedEnd
    if (epoch === latest.epoch) return { leaderEpoch: epoch, endOffset: logEndOffset }
    const next = this.#epochs.findIndex(entry => entry.epoch > epoch)
    const floor = this.#epochs[next - 1]
    return { leaderEpoch: floor?.epoch ?? epoch, endOffset: (this.#epochs[next] as EpochStart).startOffset }
  }

  /** The log begins later now. */
  async moveStart(startOffset: number): Promise<void> {
    const epochs = startingAt(this.#epochs, startOffset)
    if (format(epochs) === format(this.#epochs)) return
    this.#epochs = epochs
    await this.#write()
  }

  /** Without a sync: what is lost can be told anew. */
  async #write(): Promise<void> {
    await replaceFile(this.#path, format(this.#epochs), false)
  }
}

function startingAt(epochs: readonly EpochStart[], startOffset: number): EpochStart[] {
  const first = Math.max(
    0,
    epochs.findLastIndex(entry => entry.startOffset <= startOffset),
  )
  return epochs
    .slice(first)
    .map(entry => ({ ...entry, startOffset: Math.max(entry.startOffset, startOffset) }))
}

function format(epochs: readonly EpochStart[]): string {
  const lines = epochs.map(({ epoch, startOffset }) => `${epoch} ${startOffset}`)
  return `${[0, epochs.length, ...lines].join('\n')}\n`
}

/** Undefined for what is not such a file. */
function parse(text: string): EpochStart[] | undefined {
  const [version, count, ...lines] = text.split('\n')
  if (version !== '0' || lines.at(-1) !== '' || lines.length !== Number(count) + 1) return undefined
  const epochs = lines.slice(0, -1).map(line => line.split(' ').map(Number))
  const isSound = epochs.every(
    (numbers, i) =>
      numbers.length === 2 &&
      numbers.every((n, j) => Number.isSafeInteger(n) && n >= (epochs[i - 1]?.[j] ?? 0)),
  )
  if (!isSound) return undefined
  return epochs.map(([epoch = 0, startOffset = 0]) => ({ epoch, startOffset }))
}
