import { ByteRange } from '../records/byte-range.ts'
import type { RecordDraft } from '../records/draft.ts'
import { DayAndClock } from './day-and-clock.ts'
import { idOfDecimal } from './decimal-id.ts'
import {
  clefTime,
  kindOf,
  roleDecimalSpanId,
  roleDecimalTraceId,
  roleDevice,
  roleHost,
  roleLevel,
  roleMaybeLevel,
  roleMaybeTime,
  roleMessage,
  roleNanos,
  roleProgram,
  roleService,
  roleSeverityNumber,
  roleSpanId,
  roleTime,
  roleTraceId,
  roleTraffic,
  roleZone,
} from './roles.ts'
import { severityOfDigits, severityOfNumber, severityWords } from './severity.ts'
import type { TimeReader } from './time/reader.ts'

/** Longer values are prose, and names of services make a header each. */
const longestName = 200
const information = 9
const traceIdLength = 32
const spanIdLength = 16
const traceparentLength = 55

/**
 * Puts the fields of a structured line that have a role into the draft's own: time, level, ids, service and host. Of two
 * fields for one place the first is taken and the other stays an attribute; of one field given twice the last is, as
 * JSON.parse has it; of names of services and hosts the surest. A level in a word is surer than one in a number, which
 * means different things to different libraries.
 */
export class FieldTaker {
  readonly #out: RecordDraft
  readonly #time: TimeReader
  readonly #namesService: boolean
  /** What was found in `fieldRoles` for each place that is taken; 0: it is free. */
  readonly #taken = new Int32Array(32)
  #nanos = 0
  readonly #dayAndClock = new DayAndClock()
  readonly #device = new ByteRange()
  /** Some of it was found. */
  #isInTwo = false
  /** The level that is taken was a number. */
  #isNumber = false

  /** `namesService`: a line may say of which service it is; false where the source was told. */
  constructor(out: RecordDraft, time: TimeReader, namesService: boolean) {
    this.#out = out
    this.#time = time
    this.#namesService = namesService
  }

  begin(): void {
    this.#taken.fill(0)
    this.#nanos = 0
    this.#isNumber = false
    if (this.#isInTwo) this.#dayAndClock.clear()
    this.#isInTwo = false
  }

  end(): void {
    const out = this.#out
    if (this.#taken[roleTime] === clefTime && !out.hasSeverity) out.severityNumber = information
    if (this.#isInTwo && this.#isTimeFree && this.#dayAndClock.read(this.#time)) this.#keepTime()
    if (this.#taken[roleTraffic] !== 0 && this.#taken[roleDevice] !== 0) this.#nameDevice()
    // of a time in whole seconds alone
    if (this.#nanos > 0 && this.#taken[roleTime] !== 0 && out.nanos === 0) out.nanos = this.#nanos
  }

  /** Takes a text for what was found of its name; false where it is an attribute (too). Its bytes must outlive the line. */
  text(found: number, from: Buffer, start: number, stop: number): boolean {
    switch (kindOf(found)) {
      case roleTime:
        return this.#takeTime(found, from, start, stop)
      case roleMaybeTime:
        this.#maybeTime(from, start, stop)
        return false
      case roleZone:
        this.#dayAndClock.zone(from, start, stop)
        this.#isInTwo = true
        return false
      case roleLevel:
        return this.#level(found, from, start, stop, false)
      case roleMaybeLevel:
        return this.#level(found, from, start, stop, true)
      case roleTraceId:
        return this.#traceId(found, from, start, stop)
      case roleSpanId:
        return this.#id('span', roleSpanId, found, from, start, stop)
      case roleDecimalTraceId:
      case roleDecimalSpanId:
        return this.#decimalId(found, from, start, stop)
      case roleTraffic:
        this.#taken[roleTraffic] = found
        return false
      case roleDevice:
        this.#device.set(from, start, stop)
        this.#taken[roleDevice] = found
        return false
      case roleMessage:
        return this.#audit(found, from, start, stop)
      case roleNanos:
        this.#addNanos(stop - start > 9 ? 0 : Number(from.toString('latin1', start, stop)))
        return false
      default:
        this.#name(found, from, start, stop)
        return false
    }
  }

  /** Takes a number, of which also the digits are given. */
  number(found: number, value: number, from: Buffer, start: number, stop: number): boolean {
    switch (kindOf(found)) {
      case roleTime:
        return this.#takeTime(found, from, start, stop)
      case roleMaybeTime:
        this.#maybeTime(from, start, stop)
        return false
      case roleLevel:
      case roleMaybeLevel:
        return this.#severity(found, severityOfNumber(value))
      case roleSeverityNumber:
        return this.#severityNumber(value)
      case roleNanos:
        this.#addNanos(value)
        return false
      case roleDecimalTraceId:
      case roleDecimalSpanId:
        return this.#decimalId(found, from, start, stop)
      default:
        return false
    }
  }

  #id(
    kind: 'trace' | 'span',
    place: number,
    found: number,
    from: Buffer,
    start: number,
    stop: number,
  ): boolean {
    if (!this.#isFree(place, found) || !this.#out.setId(kind, from, start, stop)) return false
    return this.#take(place, found)
  }

  /** Also Google's `projects/NAME/traces/ID`, and W3C's `00-TRACE-SPAN-01`, which stays an attribute for its flags. */
  #traceId(found: number, from: Buffer, start: number, stop: number): boolean {
    if (stop - start === traceparentLength && from[start + 2] === 0x2d && from[start + 35] === 0x2d) {
      this.#id('trace', roleTraceId, found, from, start + 3, start + 35)
      this.#id('span', roleSpanId, found, from, start + 36, start + 52)
      return false
    }
    const isPath = stop - start > traceIdLength && from[stop - traceIdLength - 1] === 0x2f
    return this.#id('trace', roleTraceId, found, from, isPath ? stop - traceIdLength : start, stop)
  }

  /** Of a trace id of 128 bits all of it is written, in hexadecimal digits. */
  #decimalId(found: number, from: Buffer, start: number, stop: number): boolean {
    const isTrace = kindOf(found) === roleDecimalTraceId
    const place = isTrace ? roleTraceId : roleSpanId
    const kind = isTrace ? 'trace' : 'span'
    if (stop - start === traceIdLength) return this.#id(kind, place, found, from, start, stop)
    const id = idOfDecimal(from.toString('latin1', start, stop), isTrace ? traceIdLength : spanIdLength)
    if (id !== undefined) this.#id(kind, place, found, Buffer.from(id), 0, id.length)
    return false
  }

  /** A line of a firewall's is its own: what it calls service and host is what somebody spoke to. */
  #nameDevice(): void {
    this.#out.service.clear()
    this.#out.host.clear()
    const { bytes, start, end } = this.#device
    this.#out.setHost(bytes, start, end)
  }

  #addNanos(value: number): void {
    if (value > 0 && value < 1e9) this.#nanos = Math.floor(value)
  }

  #isFree(place: number, found: number): boolean {
    return this.#taken[place] === 0 || this.#taken[place] === found
  }

  #take(place: number, found: number): true {
    this.#taken[place] = found
    return true
  }

  #takeTime(found: number, from: Buffer, start: number, stop: number): boolean {
    if (!this.#isFree(roleTime, found)) return false
    if (!this.#time.readValue(from, start, stop)) {
      this.#dayAndClock.clock(from, start, stop)
      this.#isInTwo = true
      return false
    }
    this.#keepTime()
    return this.#take(roleTime, found)
  }

  get #isTimeFree(): boolean {
    return this.#taken[roleTime] === 0 && this.#taken[roleMaybeTime] === 0
  }

  #maybeTime(from: Buffer, start: number, stop: number): void {
    if (!this.#isTimeFree) return
    if (!this.#time.readValue(from, start, stop)) {
      this.#dayAndClock.day(from, start, stop)
      this.#isInTwo = true
      return
    }
    this.#keepTime()
    this.#take(roleMaybeTime, roleMaybeTime)
  }

  #keepTime(): void {
    this.#out.seconds = this.#time.seconds
    this.#out.nanos = this.#time.nanos
  }

  /** The audit daemon's `msg=audit(1795885646.123:4711):` is no message but the time. */
  #audit(found: number, from: Buffer, start: number, stop: number): boolean {
    if (from[start + 5] !== 0x28 || from.toString('latin1', start, start + 6) !== 'audit(') return false
    const colon = from.indexOf(0x3a, start)
    return colon > 0 && colon < stop && this.#takeTime(found, from, start + 6, colon)
  }

  #level(found: number, from: Buffer, start: number, stop: number, mustBeKnown: boolean): boolean {
    const word = severityWords.find(from, start, stop)
    const isSurer = word !== undefined && this.#isNumber
    if (!(this.#isFree(roleLevel, found) || isSurer) || stop === start) return false
    const number = word ?? severityOfDigits(from, start, stop)
    if (number === 0 && mustBeKnown) return false
    this.#isNumber = word === undefined && number !== 0
    const isNumbered = this.#taken[roleSeverityNumber] !== 0
    this.#out.setSeverity(isNumbered ? this.#out.severityNumber : number, from, start, stop)
    return this.#take(roleLevel, found)
  }

  #severity(found: number, number: number): boolean {
    if (!this.#isFree(roleLevel, found) || number === 0) return false
    this.#isNumber = true
    const isNumbered = this.#taken[roleSeverityNumber] !== 0
    this.#out.setSeverity(isNumbered ? this.#out.severityNumber : number, this.#out.severityText.bytes, 0, 0)
    return this.#take(roleLevel, found)
  }

  /** Stands beside a severity text, whose number it is, and is finer than what a word says. */
  #severityNumber(value: number): boolean {
    if (!(Number.isInteger(value) && value >= 1 && value <= 24)) return false
    this.#out.severityNumber = value
    return this.#take(roleSeverityNumber, roleSeverityNumber)
  }

  #name(found: number, from: Buffer, start: number, stop: number): void {
    const kind = kindOf(found)
    const length = stop - start
    if (length === 0 || length > longestName) return
    if (kind === roleProgram) {
      if (this.#taken[roleService] === 0) this.#setService(from, start, stop)
      return
    }
    const taken = this.#taken[kind] as number
    // the lower of two is the surer name
    if ((kind !== roleService && kind !== roleHost) || (taken !== 0 && found > taken)) return
    if (kind === roleHost) this.#out.setHost(from, start, stop)
    else this.#setService(from, start, stop)
    this.#taken[kind] = found
  }

  /** Docker begins the names of containers with a slash. */
  #setService(from: Buffer, start: number, stop: number): void {
    if (this.#namesService) this.#out.setService(from, from[start] === 0x2f ? start + 1 : start, stop)
  }
}
