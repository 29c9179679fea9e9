import { isIP } from 'node:net'
import type { RecordDraft } from '../records/draft.ts'
import { CiscoTag, skipSigns } from './cisco.ts'
import { facilityOfPriority, severityOfPriority } from './priority.ts'
import { severityWords } from './severity.ts'
import { StructuredData } from './structured-data.ts'
import { endOfDigits, isLetter } from './time/digits.ts'
import type { TimeReader } from './time/reader.ts'

const severities = Array.from({ length: 8 }, (_, i) => Buffer.from(severityOfPriority(i)?.text ?? ''))
const facilities = Array.from({ length: 24 }, (_, i) => Buffer.from(facilityOfPriority(i * 8) ?? ''))

const facilityKey = Buffer.from('syslog.facility')
const appKey = Buffer.from('syslog.appname')
const processKey = Buffer.from('syslog.procid')
const messageIdKey = Buffer.from('syslog.msgid')
const messageKey = Buffer.from('message')
const longestTag = 64
/** `2026-11-28`: a time that is one word, as RFC 5424 has it, is longer. */
const longestDay = 10
/** How far in a tag of Cisco's may begin: behind a number, a host and a time. */
const ciscoReach = 160

/**
 * Reads the header of syslog's lines: RFC 5424 whole, of RFC 3164 and of the files that syslog daemons write the host and
 * the tag behind the time. The program is the service of its line. `textStart` is where its text begins.
 */
export class SyslogLines {
  textStart = 0
  readonly #out: RecordDraft
  readonly #time: TimeReader
  readonly #namesService: boolean
  readonly #cisco = new CiscoTag()
  readonly #data: StructuredData
  #at = 0

  constructor(out: RecordDraft, time: TimeReader, namesService: boolean) {
    this.#out = out
    this.#time = time
    this.#namesService = namesService
    this.#data = new StructuredData(out)
  }

  /** A line that begins with a priority. False where it does not: nothing is written then. */
  read(bytes: Buffer, start: number, end: number): boolean {
    const close = endOfDigits(bytes, start + 1, end)
    const digits = close - start - 1
    if (close >= end || bytes[start] !== 0x3c || bytes[close] !== 0x3e || digits < 1 || digits > 3)
      return false
    const priority = Number(bytes.toString('latin1', start + 1, close))
    if (priority > 191) return false
    const name = severities[priority & 7] as Buffer
    const facility = facilities[priority >> 3] as Buffer
    this.#out.setSeverity(severityOfPriority(priority)?.number ?? 0, name, 0, name.length)
    this.#out.stringAttribute(facilityKey, 0, facilityKey.length, facility, 0, facility.length)
    // some write a space behind the priority
    const header = close + 1 < end && bytes[close + 1] === 0x20 ? close + 2 : close + 1
    this.textStart = header
    const hasVersion = header + 1 < end && bytes[header] === 0x31 && bytes[header + 1] === 0x20
    if (hasVersion && !this.#hasOtherTime(bytes, header + 2, end)) this.#rfc5424(bytes, header + 2, end)
    else if (!this.readCisco(bytes, header, end)) this.#rfc3164(bytes, hasVersion ? header + 2 : header, end)
    return true
  }

  /**
   * A message of Cisco's devices: `NUMBER: HOST: *TIME ZONE: %FACILITY-LEVEL-MNEMONIC: `, of which all but the tag may be
   * missing, and the host may stand behind the time. False where it is none.
   */
  readCisco(bytes: Buffer, start: number, end: number): boolean {
    const tag = this.#cisco
    const at = percentAfterSign(bytes, start, Math.min(end, start + ciscoReach))
    if (at < 0 || !tag.read(bytes, at, end)) return false
    for (let from = skipSigns(bytes, start, at); from < at; from = skipSigns(bytes, from, at))
      from = this.#ciscoWord(bytes, from, at)
    const name = severities[tag.level] as Buffer
    this.#out.setSeverity(severityOfPriority(tag.level)?.number ?? 0, name, 0, name.length)
    this.#program(bytes, tag.facility, tag.facilityEnd)
    this.#attribute(messageIdKey, bytes, tag.mnemonic, tag.mnemonicEnd)
    this.textStart = tag.textStart
    return true
  }

  /** Takes a time, or a host, that stands before the tag; a number is one of the device's own. Answers where it ends. */
  #ciscoWord(bytes: Buffer, start: number, end: number): number {
    // marks of a clock that is not set, or not in step
    const isMarked = bytes[start] === 0x2a || bytes[start] === 0x2e
    if (this.#takeTime(bytes, isMarked ? start + 1 : start, end)) return this.#time.end
    const stop = endOfWord(bytes, start, end)
    const wordEnd = bytes[stop - 1] === 0x3a ? stop - 1 : stop
    if (endOfDigits(bytes, start, wordEnd) < wordEnd) this.#out.setHost(bytes, start, wordEnd)
    return stop
  }

  /**
   * ` HOST TAG[PID]: ` behind the time at `at`. `isSure`: by its time the line is syslog's, so the process id may be
   * missing, and the tag in front of what devices send. False where it is anything else.
   */
  readHeader(bytes: Buffer, at: number, end: number, isSure: boolean, hasPriority = false): boolean {
    const host = at + 1
    const hostEnd = endOfWord(bytes, host, end)
    if (bytes[at] !== 0x20 || hostEnd + 1 >= end || !isName(bytes, host, hostEnd, hasPriority)) return false
    if (!this.#readTag(bytes, hostEnd + 1, end, isSure, hasPriority)) {
      if (!isSure || !isDeviceEvent(bytes, hostEnd + 1, end)) return false
      this.textStart = hostEnd + 1
    }
    this.#out.setHost(bytes, host, hostEnd)
    return true
  }

  /** `TAG[PID]: `, the process id or not. */
  #readTag(bytes: Buffer, tag: number, end: number, isSure: boolean, hasPriority = true): boolean {
    const tagEnd = endOfTag(bytes, tag, end)
    if (!isName(bytes, tag, tagEnd, hasPriority) || !isTagByte(bytes[tag] as number)) return false
    const hasProcess = bytes[tagEnd] === 0x5b
    const processEnd = hasProcess ? endOfProcess(bytes, tagEnd + 1, end) : tagEnd
    const colon = hasProcess ? processEnd + 1 : tagEnd
    const hasId = hasProcess && processEnd > tagEnd + 1
    const isEnded = colon < end && (bytes[colon] === 0x3a || (bytes[colon] === 0x20 && hasId && hasPriority))
    const isTag = isEnded && (hasProcess ? hasId : isSure)
    const isColon = bytes[colon] === 0x3a
    if (!isTag || (isColon && colon + 1 < end && bytes[colon + 1] !== 0x20)) return false
    this.#program(bytes, tag, tagEnd)
    if (hasProcess) this.#attribute(processKey, bytes, tagEnd + 1, processEnd)
    this.textStart = Math.min(isColon ? colon + 2 : colon + 1, end)
    return true
  }

  /** The text, where nothing was read inside it: the header in front of it is no message. */
  writeMessage(bytes: Buffer, end: number): void {
    this.#attribute(messageKey, bytes, this.textStart, end)
  }

  #program(bytes: Buffer, start: number, end: number): void {
    if (this.#namesService) this.#out.setService(bytes, start, end)
    this.#attribute(appKey, bytes, start, end)
  }

  /** A version in front of the older header, as some appliances write it: its time has spaces. */
  #hasOtherTime(bytes: Buffer, at: number, end: number): boolean {
    const wordEnd = endOfWord(bytes, at, end)
    return wordEnd <= at + longestDay && this.#time.read(bytes, at, end) && this.#time.end > wordEnd
  }

  #rfc3164(bytes: Buffer, at: number, end: number): void {
    if (!this.#takeTime(bytes, at, end)) {
      // Python's handler and others send the tag alone
      this.#readTag(bytes, at, end, true, false)
      return
    }
    this.textStart = Math.min(this.#time.end + 1, end)
    const word = this.#time.end + 1
    const wordEnd = endOfWord(bytes, word, end)
    // glibc's syslog() leaves the host out: what ends with a colon is the tag. Behind a priority no word is a level.
    const isTag = wordEnd > word + 1 && bytes[wordEnd - 1] === 0x3a
    if (isTag) this.#readTag(bytes, word, end, true)
    else if (
      !this.readHeader(bytes, this.#time.end, end, true, true) &&
      isAddress(bytes, word, wordEnd, end)
    ) {
      this.#out.setHost(bytes, word, wordEnd)
      this.textStart = wordEnd + 1
    }
  }

  /** `TIME HOST APP PROCID MSGID DATA MESSAGE`, each `-` where there is none. */
  #rfc5424(bytes: Buffer, start: number, end: number): void {
    this.#at = start
    const time = this.#word(bytes, end)
    this.#takeTime(bytes, time, Math.max(time, this.#at - 1))
    const host = this.#word(bytes, end)
    if (this.#isGiven(bytes, host)) this.#out.setHost(bytes, host, this.#at - 1)
    const app = this.#word(bytes, end)
    if (this.#isGiven(bytes, app)) this.#program(bytes, app, this.#at - 1)
    for (const key of [processKey, messageIdKey]) {
      const word = this.#word(bytes, end)
      if (this.#isGiven(bytes, word)) this.#attribute(key, bytes, word, this.#at - 1)
    }
    if (bytes[this.#at] === 0x5b) this.#at = this.#data.read(bytes, this.#at, end)
    else this.#word(bytes, end)
    const hasMark = bytes[this.#at] === 0xef && bytes[this.#at + 1] === 0xbb && bytes[this.#at + 2] === 0xbf
    const text = hasMark ? this.#at + 3 : this.#at
    // rsyslog puts the space behind a tag in front of its message
    this.textStart = Math.min(bytes[text] === 0x20 ? text + 1 : text, end)
  }

  /** Steps over a word and the space behind it; answers where it begins. */
  #word(bytes: Buffer, end: number): number {
    const start = this.#at
    this.#at = endOfWord(bytes, start, end) + 1
    return start
  }

  #isGiven(bytes: Buffer, start: number): boolean {
    const length = this.#at - 1 - start
    return length > 1 || (length === 1 && bytes[start] !== 0x2d)
  }

  #takeTime(bytes: Buffer, start: number, end: number): boolean {
    const time = this.#time
    if (!time.read(bytes, start, end)) return false
    this.#out.seconds = time.seconds
    this.#out.nanos = time.nanos
    return true
  }

  #attribute(key: Buffer, bytes: Buffer, start: number, end: number): void {
    this.#out.stringAttribute(key, 0, key.length, bytes, start, end)
  }
}

/** A percent sign at the beginning, or behind a space or a colon; -1 where there is none. */
function percentAfterSign(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== 0x25) continue
    const before = bytes[at - 1]
    if (at === start || before === 0x20 || before === 0x3a) return at
  }
  return -1
}

function endOfWord(bytes: Buffer, from: number, end: number): number {
  let at = from
  while (at < end && bytes[at] !== 0x20) at++
  return at
}

function endOfTag(bytes: Buffer, from: number, end: number): number {
  const limit = Math.min(end, from + longestTag)
  let at = from
  for (; at < limit; at++) {
    const byte = bytes[at]
    if (byte === 0x20 || byte === 0x5b || byte === 0x3a) return at
  }
  return at
}

/** The bracket behind a process id; one before where there is none. */
function endOfProcess(bytes: Buffer, from: number, end: number): number {
  const limit = Math.min(end, from + longestTag)
  for (let at = from; at < limit; at++) {
    if (bytes[at] === 0x5d) return at
    if (bytes[at] === 0x20) break
  }
  return from - 1
}

/** Not empty, and without a priority in front not a level, which stands at the same place in lines of programs. */
function isName(bytes: Buffer, start: number, end: number, mayBeLevel: boolean): boolean {
  if (end <= start || end - start > 255) return false
  if (!mayBeLevel && severityWords.find(bytes, start, end) !== undefined) return false
  const first = bytes[start] as number
  return (
    isLetter(first) || (first >= 0x30 && first <= 0x3a) || first === 0x2f || first === 0x5f || first === 0x28
  )
}

/** Names of programs do not begin with a digit. */
function isTagByte(byte: number): boolean {
  return byte < 0x30 || byte > 0x3a
}

/** A host without a tag behind it, and with a text. */
function isAddress(bytes: Buffer, start: number, stop: number, end: number): boolean {
  return stop + 1 < end && isIP(bytes.toString('latin1', start, stop)) > 0
}

/** ArcSight's `CEF:0|`, QRadar's `LEEF:2.0|`, and what Fortinet's, Sophos' and SonicWall's devices begin their pairs with. */
function isDeviceEvent(bytes: Buffer, start: number, end: number): boolean {
  const text = bytes.toString('latin1', start, Math.min(end, start + 12))
  return /^(?:(?:CEF|LEEF):\d|(?:date|devname|devid|device|device_name|logver|id)=)/.test(text)
}
