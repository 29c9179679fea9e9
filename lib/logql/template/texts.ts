import { type Functions, type GoValue, printValue, TemplateError } from '../../go-template/index.ts'

const maxLength = 1_048_576

const text = printValue
const count = (value: GoValue) => Number(value)

/** Source: Go's strings; sprig, string functions. Old names stand beside the new ones. */
export const goTexts: Functions = {
  ToLower: value => text(value).toLowerCase(),
  ToUpper: value => upper(text(value)),
  lower: value => text(value).toLowerCase(),
  upper: value => upper(text(value)),
  title: value =>
    text(value).replaceAll(
      /(^|[^\p{L}\p{N}_])(\p{L})/gu,
      (_, before: string, letter: string) => before + letter.toUpperCase(),
    ),
  Replace: (value, from, to, times) => replaced(text(value), text(from), text(to), count(times)),
  replace: (from, to, value) => replaced(text(value), text(from), text(to), -1),
  Trim: (value, letters) => trimmed(text(value), text(letters), true, true),
  TrimLeft: (value, letters) => trimmed(text(value), text(letters), true, false),
  TrimRight: (value, letters) => trimmed(text(value), text(letters), false, true),
  TrimPrefix: (value, prefix) => withoutPrefix(text(value), text(prefix)),
  TrimSuffix: (value, suffix) => withoutSuffix(text(value), text(suffix)),
  TrimSpace: value => text(value).trim(),
  trim: value => text(value).trim(),
  trimAll: (letters, value) => trimmed(text(value), text(letters), true, true),
  trimPrefix: (prefix, value) => withoutPrefix(text(value), text(prefix)),
  trimSuffix: (suffix, value) => withoutSuffix(text(value), text(suffix)),
  trunc: (length, value) => truncated(text(value), count(length)),
  substr: (start, end, value) => substring(text(value), count(start), count(end)),
  contains: (part, value) => text(value).includes(text(part)),
  hasPrefix: (prefix, value) => text(value).startsWith(text(prefix)),
  hasSuffix: (suffix, value) => text(value).endsWith(text(suffix)),
  indent: (by, value) => indented(text(value), count(by)),
  nindent: (by, value) => `\n${indented(text(value), count(by))}`,
  repeat: (times, value) => repeated(text(value), count(times)),
  alignLeft: (width, value) => aligned(text(value), count(width), false),
  alignRight: (width, value) => aligned(text(value), count(width), true),
  b64enc: value => Buffer.from(text(value)).toString('base64'),
  b64dec: value => fromBase64(text(value)),
  urlencode: value =>
    encodeURIComponent(text(value))
      .replaceAll('%20', '+')
      .replaceAll(/[!'()*]/g, letter => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`),
  urldecode: value => decoded(text(value)),
}

/** Letter by letter: one that would become two stays. */
function upper(value: string): string {
  return value.replaceAll(/\p{L}/gu, letter => {
    const made = letter.toUpperCase()
    return [...made].length === 1 ? made : letter
  })
}

/** What is none says so, as sprig has it. */
function fromBase64(value: string): string {
  const given = value.replaceAll(/[\r\n]/g, '')
  const right = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(given)?.[0] ?? ''
  if (right === given) return Buffer.from(given, 'base64').toString()
  const wrong = given.slice(right.length).search(/[^A-Za-z0-9+/]/)
  return `illegal base64 data at input byte ${wrong < 0 ? given.length : right.length + wrong}`
}

function replaced(value: string, from: string, to: string, times: number): string {
  if (times < 0)
    return from === '' ? [...value].map(letter => to + letter).join('') + to : value.split(from).join(to)
  let result = value
  let at = 0
  if (from === '') {
    const letters = [...value]
    return (
      letters.map((letter, i) => (i < times ? to : '') + letter).join('') + (letters.length < times ? to : '')
    )
  }
  for (let i = 0; i < times; i++) {
    const found = result.indexOf(from, at)
    if (found < 0) break
    result = result.slice(0, found) + to + result.slice(found + from.length)
    at = found + to.length
  }
  return result
}

function trimmed(value: string, letters: string, left: boolean, right: boolean): string {
  const set = new Set(letters)
  const all = [...value]
  let [start, end] = [0, all.length]
  while (left && start < end && set.has(all[start] as string)) start++
  while (right && end > start && set.has(all[end - 1] as string)) end--
  return all.slice(start, end).join('')
}

function withoutPrefix(value: string, prefix: string): string {
  return value.startsWith(prefix) ? value.slice(prefix.length) : value
}

function withoutSuffix(value: string, suffix: string): string {
  return suffix !== '' && value.endsWith(suffix) ? value.slice(0, -suffix.length) : value
}

/** The first letters, or the last ones where the length is below zero. */
function truncated(value: string, length: number): string {
  if (length < 0)
    return Buffer.byteLength(value) + length > 0 ? Buffer.from(value).subarray(length).toString() : value
  return Buffer.from(value).subarray(0, length).toString()
}

/** Of the bytes; an end that there is not is that of the text. Source: sprig, substring. Errors: TemplateError, where Go's slices end. */
function substring(value: string, start: number, end: number): string {
  const bytes = Buffer.from(value)
  const isOpen = start >= 0 && (end < 0 || end > bytes.length)
  const [from, to] = [Math.max(0, start), isOpen ? bytes.length : end]
  if (to < from || to > bytes.length)
    throw new TemplateError(`error calling substr: runtime error: slice bounds out of range [${from}:${to}]`)
  return bytes.subarray(from, to).toString()
}

function indented(value: string, by: number): string {
  const pad = ' '.repeat(Math.max(0, Math.min(by, 1_000)))
  return pad + value.replaceAll('\n', `\n${pad}`)
}

function repeated(value: string, times: number): string {
  if (times < 0) throw new TemplateError('strings: negative Repeat count')
  if (value.length * times > maxLength) throw new TemplateError(`the text is longer than ${maxLength}`)
  return value.repeat(times)
}

/** Filled with blanks, or cut. */
function aligned(value: string, width: number, isRight: boolean): string {
  const letters = [...value]
  if (width < 0 || letters.length === width) return value
  if (letters.length > width)
    return (isRight ? letters.slice(letters.length - width) : letters.slice(0, width)).join('')
  const blanks = ' '.repeat(Math.min(width, maxLength) - letters.length)
  return isRight ? blanks + value : value + blanks
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch (error) {
    if (error instanceof URIError) throw new TemplateError(`invalid URL escape in "${value}"`)
    throw error
  }
}
