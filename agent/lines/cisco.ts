import { endOfDigits } from './time/digits.ts'

/** A name in a tag is a word of capitals; the longest that Cisco lists have some forty letters. */
const longestTag = 96

/**
 * The tag that Cisco's devices begin a message with: `%FACILITY-LEVEL-MNEMONIC: `, of ASA, IOS, NX-OS and Firepower; the
 * facility may have parts (`%SYS-SW1-5-CONFIG_I`). Huawei's and H3C's have two percent signs, a version and slashes:
 * `%%01INFO/4/LOGFILE_DELETE(s): `. Source: Cisco's system message guides, Huawei's and H3C's log references.
 */
export class CiscoTag {
  /** Where its parts stand, and where the message begins. */
  facility = 0
  facilityEnd = 0
  /** Syslog's severity, 0 to 7. */
  level = 0
  mnemonic = 0
  mnemonicEnd = 0
  textStart = 0

  /** False where none begins at `start`. */
  read(bytes: Buffer, start: number, end: number): boolean {
    if (bytes[start] !== 0x25 || start >= end) return false
    if (bytes[start + 1] === 0x25) return this.#readHuawei(bytes, start + 2, end)
    const limit = Math.min(end, start + longestTag)
    this.facility = start + 1
    this.facilityEnd = -1
    let at = start + 1
    for (; at < limit && isTagByte(bytes[at] as number); at++) {
      const digit = (bytes[at + 1] as number) - 0x30
      if (at + 2 >= limit || bytes[at] !== 0x2d || bytes[at + 2] !== 0x2d || digit < 0 || digit > 7) continue
      this.facilityEnd = at
      this.level = digit
      this.mnemonic = at + 3
    }
    this.mnemonicEnd = at
    if (this.facilityEnd <= this.facility || at <= this.mnemonic || at >= limit || bytes[at] !== 0x3a)
      return false
    this.#setText(bytes, at, end)
    return true
  }

  #setText(bytes: Buffer, colon: number, end: number): void {
    this.textStart = Math.min(colon + 1 < end && bytes[colon + 1] === 0x20 ? colon + 2 : colon + 1, end)
  }

  /** `01MODULE/LEVEL/MNEMONIC`, what kind of log it is in brackets, and a colon. */
  #readHuawei(bytes: Buffer, start: number, end: number): boolean {
    const limit = Math.min(end, start + longestTag)
    const module = endOfDigits(bytes, start, limit)
    const moduleEnd = endOfTag(bytes, module, limit)
    const level = (bytes[moduleEnd + 1] as number) - 0x30
    const mnemonic = moduleEnd + 3
    if (module === start || mnemonic >= limit || bytes[moduleEnd] !== 0x2f || bytes[mnemonic - 1] !== 0x2f)
      return false
    const mnemonicEnd = endOfTag(bytes, mnemonic, limit)
    const colon = bytes.subarray(0, limit).indexOf(0x3a, mnemonicEnd)
    const isTag = moduleEnd > module && mnemonicEnd > mnemonic && level >= 0 && level <= 7
    const isEnded = colon === mnemonicEnd || (colon > 0 && isBracket(bytes[mnemonicEnd]))
    if (!isTag || !isEnded) return false
    this.facility = module
    this.facilityEnd = moduleEnd
    this.level = level
    this.mnemonic = mnemonic
    this.mnemonicEnd = mnemonicEnd
    this.#setText(bytes, colon, end)
    return true
  }
}

function endOfTag(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && isTagByte(bytes[at] as number)) at++
  return at
}

function isBracket(byte: number | undefined): boolean {
  return byte === 0x28 || byte === 0x5b
}

/** Behind colons and spaces. */
export function skipSigns(bytes: Buffer, start: number, end: number): number {
  let at = start
  while (at < end && (bytes[at] === 0x3a || bytes[at] === 0x20)) at++
  return at
}

function isTagByte(byte: number): boolean {
  return (
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    byte === 0x5f ||
    byte === 0x2d ||
    (byte >= 0x61 && byte <= 0x7a)
  )
}
