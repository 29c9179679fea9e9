import { isUtf8 } from 'node:buffer'
import type { RecordDraft } from '../../records/draft.ts'
import { cutMark } from '../../records/request-writer.ts'
import { ByteAccount } from './byte-account.ts'
import { endOfRow, rowFlags, type Stamp } from './split/rows.ts'

const lineFeed = 0x0a
const lineFeedBytes = Buffer.from('\n')
const none = Buffer.alloc(0)
/**
 * Why a row is said to be changed though no rule changed its text: its lines do not stand in one piece, or more stands in
 * them than the rules could see.
 */
const interleaved = 'interleaved'
const cut = 'cut'

/**
 * Says of each row what it stands for: gives it its original where its body and a line feed are not just that, and
 * accounts for those that rules dropped, changed, kept back or sent elsewhere. What a rule took out of a row must not
 * stand in an original, its own or another's.
 */
export class RowAccount {
  readonly bytes = new ByteAccount()
  /** Whether what is read is text of the source itself, and that known to be UTF-8. */
  #isText = false
  /** Other than a rule's: see `interleaved` and `cut`. */
  #changedBy = ''

  /** A chunk is read from `from` on; `toSource` where its text was decoded. */
  read(source: Buffer, from: number, isValid: boolean, toSource?: (place: number) => number): void {
    this.#isText = isValid && toSource === undefined
    this.bytes.read(source, from, toSource)
  }

  /** A line, or an event of several, was found. */
  found(text: Buffer, end: number, flags: number): void {
    this.#changedBy = ''
    this.bytes.reach(endOfRow(text, end, flags))
  }

  /** The same of a container's, which stands between two places; the runtime's own lines as well. `hasRules`: some rule may drop or change it. */
  foundInContainer(stamp: Pick<Stamp, 'from' | 'to' | 'own'>, flags: number, hasRules: boolean): void {
    this.#changedBy = ''
    if (hasRules) this.#separate(stamp, flags)
    this.bytes.reach(stamp.to)
  }

  /** What is found ends there, and is of no line. */
  foundRest(end: number): void {
    this.#changedBy = ''
    this.bytes.reach(end)
  }

  /** The other stream of a container has a line open before or within this one: rules judge each by itself. */
  #separate({ from, to, own }: Pick<Stamp, 'from' | 'to' | 'own'>, flags: number): void {
    const account = this.bytes
    if (from < account.textPlace || own !== to - from) this.#changedBy = interleaved
    else if ((flags & rowFlags.cut) !== 0) this.#changedBy = cut
    if (from > account.textPlace) this.waitTo(from)
  }

  /** The rules do not want the row, or keep it back. `row`: how many are in the record. */
  refused({ droppedBy, isDelayed }: RecordDraft, row: number): void {
    const account = this.bytes
    if (droppedBy === '') account.wait()
    else if (isDelayed) account.leaveWaiting(row, droppedBy)
    else this.#leave(row, droppedBy)
  }

  /** Bytes before a place are of a line of a container's that is not whole yet. */
  waitTo(place: number): void {
    this.bytes.reach(place)
    this.bytes.wait()
  }

  /** What is found next is in no row. Answers how many bytes that are. */
  dropped(end: number, row: number, reason: string): number {
    this.bytes.overtake(row, interleaved)
    this.bytes.reach(end)
    return this.bytes.leave(row, reason)
  }

  /** The row goes to another topic. */
  routed(draft: RecordDraft, row: number): void {
    if (!draft.isDelayed && draft.changedBy === '' && this.#changedBy === '') this.#giveOriginal(draft)
    if (draft.isDelayed) this.bytes.leaveWaiting(row, draft.routedBy)
    else this.#leave(row, draft.routedBy)
  }

  /** The row is added to the record. */
  kept(draft: RecordDraft, row: number): void {
    const account = this.bytes
    const mark = draft.cut ? cutMark : none
    const rule = draft.changedBy || this.#changedBy
    if (!draft.isDelayed) account.overtake(row, interleaved)
    if (rule === '') {
      this.#giveOriginal(draft)
      account.keep()
      return
    }
    if (draft.isDelayed) account.changeWaiting(row, rule, draft.body, mark)
    else account.change(row, rule, draft.body, mark)
    if (draft.namesOriginal) giveBody(draft, mark)
  }

  /** What was kept back and did not come. */
  settle(row: number, reason: string): void {
    this.bytes.leaveWaiting(row, reason || interleaved)
  }

  #leave(row: number, reason: string): void {
    this.bytes.overtake(row, interleaved)
    this.bytes.leave(row, reason)
  }

  /** A plain row needs none. */
  #giveOriginal(draft: RecordDraft): void {
    const { bytes, start, end } = this.bytes
    if (!draft.namesOriginal && !draft.cut && isPlain(draft, bytes, start, end)) return
    draft.hasOriginal = true
    draft.original.set(bytes, start, end)
    draft.isOriginalText = this.#isText || isUtf8(bytes.subarray(start, end))
  }
}

/** What a rule left is the original: said where the line has something else under that name. */
function giveBody(draft: RecordDraft, mark: Buffer): void {
  const { bytes, start, end } = draft.body
  const own = Buffer.concat([bytes.subarray(start, end), mark, lineFeedBytes])
  draft.hasOriginal = draft.isOriginalText = true
  draft.original.set(own, 0, own.length)
}

/** Whether a range is a draft's body and a line feed. */
function isPlain({ body }: RecordDraft, bytes: Buffer, start: number, end: number): boolean {
  if (body.end - body.start + 1 !== end - start || bytes[end - 1] !== lineFeed) return false
  if (body.bytes === bytes) return body.start === start
  return body.bytes.compare(bytes, start, end - 1, body.start, body.end) === 0
}
