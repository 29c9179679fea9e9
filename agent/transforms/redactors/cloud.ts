import { byteClass, endOf, indexOfText, isAt, mayBegin, type Redactor, wordBytes } from './redactor.ts'

/** How a secret is told: what stands before it, and what it is made of. */
interface Form {
  prefix: string
  /** The prefix is a name in any case, which stays; signs such as `": ` may stand between it and the secret. */
  isName?: true
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
const endOfKey = 'PRIVATE KEY-----'

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
const beginOfKey = '-----BEGIN '

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
  matchStart = 0
  matchEnd = 0

  /** The first of what all forms find. */
  find(bytes: Buffer, start: number, from: number, end: number): boolean {
    this.matchStart = end
    for (const form of forms) this.#form(form, bytes, start, from, end)
    this.#entra(bytes, start, from, end)
    this.#privateKey(bytes, from, end)
    return this.matchStart < end
  }

  normal(match: string): string {
    return match.replaceAll('\\', '')
  }

  #form(form: Form, bytes: Buffer, start: number, from: number, end: number): void {
    const { prefix, isName = false, chars, min, max = Number.POSITIVE_INFINITY } = form
    for (let next = from; ; ) {
      const at = indexOfText(bytes, next, end, prefix, isName)
      if (at < 0 || at >= this.matchStart) return
      next = at + 1
      if (!isName && !mayBegin(bytes, at, start)) continue
      const first = isName ? afterName(bytes, at + prefix.length, end) : at
      const secret = isName ? first : at + prefix.length
      const stop = endOfSecret(chars, bytes, secret, end)
      if (stop - secret < min || stop - secret > max) continue
      this.#take(first, stop)
      return
    }
  }

  #entra(bytes: Buffer, start: number, from: number, end: number): void {
    for (let next = from; ; ) {
      const at = indexOfText(bytes, next, end, entraMark, false)
      if (at < 0) return
      next = at + 1
      const first = at - entraBefore
      const stop = endOf(entra, bytes, at, end)
      const isWhole = first >= Math.max(start, from) && endOf(entra, bytes, first, at) === at
      if (!isWhole || stop - at - 2 < entraAfter || !isAt(capitals, bytes, at - 1, start, end)) continue
      this.#take(first, stop)
      return
    }
  }

  /** From its first line to its last, or to the end of the text where that is missing. */
  #privateKey(bytes: Buffer, from: number, end: number): void {
    const first = indexOfText(bytes, from, end, beginOfKey, false)
    if (first < 0) return
    const head = indexOfText(bytes, first, Math.min(end, first + 60), endOfKey, false)
    if (head < 0) return
    const tail = indexOfText(bytes, head + endOfKey.length, end, endOfKey, false)
    this.#take(first, tail < 0 ? end : tail + endOfKey.length)
  }

  #take(start: number, end: number): void {
    if (start >= this.matchStart) return
    this.matchStart = start
    this.matchEnd = end
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
