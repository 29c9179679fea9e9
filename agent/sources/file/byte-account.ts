import type { LedgerGap } from '../../../lib/ledger/index.ts'
import type { ByteRange } from '../../records/byte-range.ts'
import { RunningSum } from './running-sum.ts'

const lineFeed = Buffer.from('\n')
const none = Buffer.alloc(0)

/**
 * Accounts for every byte of what is read of a file: each is in the original of a row, in a gap, or in a row that a rule
 * changed. Goes through a chunk from its beginning to its end; what one row stands for is told by `reach`, and what
 * became of it by what is called next.
 *
 * The checksum goes over originals that stand one behind the other in one piece: a plain row costs two numbers. Guarded
 * by the agent's benchmark.
 */
export class ByteAccount {
  #source: Buffer = none
  #toSource: ((place: number) => number) | undefined
  #from = 0
  /** Up to here everything is accounted for; in the text and in the source, which differ where it was decoded. */
  #textPlace = 0
  #place = 0
  /** Where the present row ends. */
  #end = 0
  /** Where the originals begin that are not in the checksum yet. */
  #runStart = 0
  /** Bytes of rows that wait for others, of which it is not known yet what becomes. */
  #waiting = 0
  readonly #sum = new RunningSum()
  #gaps: LedgerGap[] = []

  /** Forgets what was not taken: the chunk is gone through again, or another is. */
  clear(): void {
    this.#sum.clear()
    this.#waiting = 0
    if (this.#gaps.length > 0) this.#gaps = []
    this.read(this.#source, this.#from, this.#toSource)
  }

  /** From now on places are of this chunk; `toSource` says where in it a place of its text stands. */
  read(source: Buffer, from: number, toSource?: (place: number) => number): void {
    this.#source = source
    this.#toSource = toSource
    this.#from = from
    this.#textPlace = toSource === undefined ? from : 0
    this.#place = this.#end = this.#runStart = from
  }

  /** Up to which place of the text everything is accounted for. */
  get textPlace(): number {
    return this.#textPlace
  }

  get bytes(): Buffer {
    return this.#source
  }

  /** Where what the present row stands for begins and ends in `bytes`. */
  get start(): number {
    return this.#place
  }

  get end(): number {
    return this.#end
  }

  /** The next row, or what is in none, ends at this place of the text. */
  reach(textEnd: number): void {
    if (textEnd <= this.#textPlace) return
    this.#textPlace = textEnd
    this.#end = this.#toSource === undefined ? textEnd : Math.max(this.#place, this.#toSource(textEnd))
  }

  /** The row has the bytes up to there as its original. */
  keep(): void {
    this.#place = this.#end
  }

  /** They are in no row of this record. Answers how many they are. */
  leave(row: number, reason: string): number {
    const bytes = this.#pass()
    this.gap(row, bytes, reason)
    return bytes
  }

  /** The row is not as it was written: a rule made `body` of it. */
  change(row: number, rule: string, body: ByteRange, mark: Buffer): void {
    this.#changed(row, this.#pass(), rule, body, mark)
  }

  /** A row waits for others. */
  wait(): void {
    this.#waiting += this.#pass()
  }

  /** One that waited comes, while the present one waits in its place. */
  changeWaiting(row: number, rule: string, body: ByteRange, mark: Buffer): void {
    this.#changed(row, this.#waiting, rule, body, mark)
    this.#waiting = this.#pass()
  }

  /** One that waited does not come. */
  leaveWaiting(row: number, reason: string): void {
    this.gap(row, this.#waiting, reason)
    this.#waiting = this.#pass()
  }

  /** The present row does not wait for those before it that do: their bytes stand before it, and are none of its own. */
  overtake(row: number, reason: string): void {
    this.gap(row, this.#waiting, reason)
    this.#waiting = 0
  }

  gap(row: number, bytes: number, reason: string): void {
    if (bytes === 0) return
    const last = this.#gaps.at(-1)
    if (last !== undefined && !last.isChange && last.row === row && last.reason === reason)
      last.bytes += bytes
    else this.#gaps.push({ row, bytes, reason, isChange: false })
  }

  /** What there is to be said of the record that is handed over. */
  take(): { crc32c: number; gaps: LedgerGap[] } {
    this.#endRun()
    const taken = { crc32c: this.#sum.take(), gaps: this.#gaps }
    this.#gaps = []
    return taken
  }

  #changed(row: number, bytes: number, rule: string, body: ByteRange, mark: Buffer): void {
    this.#endRun()
    this.#sum.add(body.bytes, body.start, body.end)
    this.#sum.add(mark, 0, mark.length)
    this.#sum.add(lineFeed, 0, 1)
    this.#gaps.push({ row, bytes, reason: rule, isChange: true })
  }

  /** Steps over what is no original. */
  #pass(): number {
    this.#endRun()
    const bytes = this.#end - this.#place
    this.#place = this.#runStart = this.#end
    return bytes
  }

  #endRun(): void {
    if (this.#place > this.#runStart) this.#sum.add(this.#source, this.#runStart, this.#place)
    this.#runStart = this.#place
  }
}
