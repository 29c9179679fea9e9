import {
  byteClass,
  digits,
  endOf,
  indexOfText,
  isAt,
  mayBegin,
  type Redactor,
  standsAt,
  wordBytes,
} from './redactor.ts'

/** How a secret is told: what stands before it, and what it is made of. */
interface Form {
  prefix: string
  /** The prefix is a name in any case, which stays; signs such as `": ` may stand between it and the secret. */
  isName?: boolean
  chars: Uint8Array
  min: number
  max?: number
}

const capitals = byteClass('0-9', 'A-Z')
const alphanumeric = byteClass('0-9', 'A-Z', 'a-z')
const base64 = byteClass('0-9', 'A-Z', 'a-z', '+/=\\')
const base64Url = byteClass('0-9', 'A-Z', 'a-z', '_-')
const urlEncoded = byteClass('0-9', 'A-Z', 'a-z', '+/=%')
const hooks = byteClass('0-9', 'A-Z', 'a-z', '/\\')
const betweenNameAndValue = byteClass('"\'\\:=> \t')
const mostBetween = 8
export const endOfKey = 'PRIVATE KEY-----'

/** Source: what AWS, Google, Microsoft, GitHub and Slack publish of their tokens for secret scanners. */
const forms: readonly Form[] = [
  ...['AKIA', 'ASIA', 'ABIA', 'ACCA'].map(prefix => ({ prefix, chars: capitals, min: 16, max: 16 })),
  ...['secret_access_key', 'secretaccesskey', 'secret-access-key'].map(
    prefix => ({ prefix, isName: true, chars: base64, min: 40 }) as const,
  ),
  ...['session_token', 'sessiontoken', 'security_token', 'security-token'].map(
    prefix => ({ prefix, isName: true, chars: base64, min: 100 }) as const,
  ),
  { prefix: 'AIza', chars: base64Url, min: 35 },
  { prefix: 'GOCSPX-', chars: base64Url, min: 28 },
  { prefix: 'ya29.', chars: byteClass('0-9', 'A-Z', 'a-z', '_.-'), min: 20 },
  { prefix: 'accountkey', isName: true, chars: base64, min: 80 },
  { prefix: 'sharedaccesskey', isName: true, chars: base64, min: 43 },
  { prefix: 'sharedaccesssignature', isName: true, chars: urlEncoded, min: 43 },
  { prefix: 'sig=', isName: true, chars: urlEncoded, min: 43 },
  ...['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'].map(prefix => ({ prefix, chars: alphanumeric, min: 36 })),
  { prefix: 'github_pat_', chars: wordBytes, min: 50 },
  ...['xoxa-', 'xoxb-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'].map(prefix => ({
    prefix,
    chars: byteClass('0-9', 'A-Z', 'a-z', '-.'),
    min: 10,
  })),
  { prefix: 'hooks.slack.com/services/', isName: true, chars: hooks, min: 20 },
  { prefix: 'hooks.slack.com\\/services\\/', isName: true, chars: hooks, min: 20 },
]

/** Three characters, a digit and this begin a client secret of Microsoft Entra. */
const entraMark = 'Q~'
const entra = byteClass('0-9', 'A-Z', 'a-z', '_~.-')
const entraBefore = 4
const entraAfter = 31
export const beginOfKey = '-----BEGIN '

const longestHead = 60

/** Bytes that anything of this begins with. */
const beginnings = byteClass(
  'Q-',
  ...forms.map(({ prefix, isName }) => (isName ? (prefix[0] as string).toUpperCase() : '') + prefix[0]),
)

/** Keys and tokens of AWS, Google Cloud, Azure, GitHub and Slack, and private keys. */
export class CloudRedactor implements Redactor {
  readonly kind = 'cloud'
  readonly triggers = [
    ...new Set([
      ...forms.map(form => form.prefix.toLowerCase()),
      entraMark.toLowerCase(),
      beginOfKey.toLowerCase(),
    ]),
  ]
  readonly seesParts = true
  matchStart = 0
  matchEnd = 0

  find(bytes: Buffer, start: number, from: number, end: number): boolean {
    for (let at = from; at < end; at++) {
      const byte = bytes[at] as number
      if (beginnings[byte] !== 1) continue
      if (byte === 0x51 && this.#entra(bytes, at, Math.max(start, from), end)) return true
      if (byte === 0x2d && this.#privateKey(bytes, at, end)) return true
      for (const form of forms) if (this.#form(form, bytes, at, start, end)) return true
    }
    return false
  }

  normal(match: string): string {
    return match.replaceAll('\\', '')
  }

  #form(
    { prefix, isName = false, chars, min, max }: Form,
    bytes: Buffer,
    at: number,
    start: number,
    end: number,
  ): boolean {
    if (!standsAt(bytes, at, end, prefix, isName) || (!isName && !mayBegin(bytes, at, start))) return false
    const behind = at + prefix.length
    const secret = isName ? afterName(bytes, behind, end) : behind
    const stop = endOfSecret(chars, bytes, secret, end)
    if (stop - secret < min || (max !== undefined && stop - secret > max)) return false
    return this.#take(isName ? secret : at, stop)
  }

  #entra(bytes: Buffer, at: number, start: number, end: number): boolean {
    const first = at - entraBefore
    if (bytes[at + 1] !== 0x7e || first < start || !isAt(digits, bytes, at - 1, start, end)) return false
    const stop = endOf(entra, bytes, first, end)
    return stop - at - 2 >= entraAfter && this.#take(first, stop)
  }

  /** From its first line to its last, or to the end of the text where that is missing. */
  #privateKey(bytes: Buffer, first: number, end: number): boolean {
    if (!standsAt(bytes, first, end, beginOfKey, false)) return false
    const head = indexOfText(bytes, first, Math.min(end, first + longestHead), endOfKey, false)
    if (head < 0) return false
    const tail = indexOfText(bytes, head + endOfKey.length, end, endOfKey, false)
    return this.#take(first, tail < 0 ? end : tail + endOfKey.length)
  }

  #take(start: number, end: number): boolean {
    this.matchStart = start
    this.matchEnd = end
    return true
  }
}

function afterName(bytes: Buffer, at: number, end: number): number {
  return endOf(betweenNameAndValue, bytes, at, Math.min(end, at + mostBetween))
}

/** A backslash at the end belongs to what comes next. */
function endOfSecret(chars: Uint8Array, bytes: Buffer, at: number, end: number): number {
  let stop = endOf(chars, bytes, at, end)
  while (stop > at && bytes[stop - 1] === 0x5c) stop--
  return stop
}
