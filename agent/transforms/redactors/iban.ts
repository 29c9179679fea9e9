import { alphanumeric, byteClass, digits, endOf, isAt, mayBegin, type Redactor } from './redactor.ts'

/** Characters of an IBAN by country. Source: SWIFT, IBAN Registry, release 99. */
const lengths: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 ' +
    'LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 ' +
    'SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map(entry => [entry.slice(0, 2), Number(entry.slice(2))]),
)
const shortest = 15
const capitals = byteClass('A-Z')
const parts = byteClass('0-9', 'A-Z', ' ')
const body = byteClass('0-9', 'A-Z')

/** International bank account numbers, in groups of four or in one, whose check digits are right (ISO 7064, mod 97-10). */
export class IbanRedactor implements Redactor {
  readonly kind = 'iban'
  readonly triggers = []
  readonly seesParts = true
  matchStart = 0
  matchEnd = 0

  /** The shortest IBAN is as long as the step: none is stepped over. */
  mayHold(bytes: Buffer, start: number, end: number): boolean {
    let seen = start
    for (let at = start + shortest - 1; at < end; at += shortest) {
      if (parts[bytes[at] as number] !== 1) continue
      let first = at
      while (first > seen && parts[bytes[first - 1] as number] === 1) first--
      at = endOf(parts, bytes, at, end)
      if (at - first >= shortest && this.#mayBegin(bytes, first, at)) return true
      seen = at
    }
    return false
  }

  find(bytes: Buffer, start: number, from: number, end: number): boolean {
    for (let at = from; at + shortest <= end; at++) {
      if (!isStart(bytes, at) || !mayBegin(bytes, at, start)) continue
      const length = lengths.get(bytes.toString('latin1', at, at + 2))
      const stop = length === undefined ? -1 : endOfIban(bytes, at, end, length)
      if (stop < 0 || isAt(alphanumeric, bytes, stop, start, end)) continue
      this.matchStart = at
      this.matchEnd = stop
      return true
    }
    return false
  }

  normal(match: string): string {
    return match.replaceAll(' ', '')
  }

  #mayBegin(bytes: Buffer, from: number, end: number): boolean {
    for (let at = from; at + shortest <= end; at++) if (isStart(bytes, at)) return true
    return false
  }
}

/** Two capitals and two digits. */
function isStart(bytes: Buffer, at: number): boolean {
  return (
    digits[bytes[at + 2] as number] === 1 &&
    digits[bytes[at + 3] as number] === 1 &&
    capitals[bytes[at] as number] === 1 &&
    capitals[bytes[at + 1] as number] === 1
  )
}

/** Past an IBAN with this many characters, single spaces aside, that checks; -1 for none. */
function endOfIban(bytes: Buffer, start: number, end: number, length: number): number {
  let text = ''
  let at = start
  for (; at < end && text.length < length; at++) {
    const byte = bytes[at] as number
    if (body[byte] === 1) text += String.fromCharCode(byte)
    else if (byte !== 0x20 || bytes[at - 1] === 0x20) return -1
  }
  return text.length === length && remainder(text) === 1 ? at : -1
}

/** Of the number that the characters make, the first four at the end and letters as 10 to 35, divided by 97. */
function remainder(text: string): number {
  let rest = 0
  for (const char of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(char, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest
}
