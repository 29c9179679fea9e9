/** A name in a tag is a word of capitals; the longest that Cisco lists have some forty letters. */
const longestTag = 96

/**
 * The tag that Cisco's devices begin a message with: `%FACILITY-LEVEL-MNEMONIC: `, of ASA, IOS, NX-OS and Firepower; the
 * facility may have parts (`%SYS-SW1-5-CONFIG_I`). Source: Cisco's system message guides.
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
    this.textStart = Math.min(at + 1 < end && bytes[at + 1] === 0x20 ? at + 2 : at + 1, end)
    return true
  }
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
