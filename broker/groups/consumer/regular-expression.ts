import { createContext, runInContext } from 'node:vm'

/** RE2's own limits keep patterns small; a longer one is nobody's list of topics. */
const maxLength = 10_000
/** RE2 takes no larger count in `{n,m}`. */
const maxRepeat = 1_000
/** JavaScript's matching may backtrack without end where RE2's does not: a pattern that does is refused. */
const timeLimitMs = 200

const classes: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

/**
 * The topic names that a regular expression in RE2's syntax matches as a whole, sorted; or in words why it is none:
 * `{ problem: 'invalid escape' }`. Source: https://github.com/google/re2/wiki/Syntax
 */
export function matchingTopics(
  pattern: string,
  names: readonly string[],
): { topics: string[] } | { problem: string } {
  const compiled = compile(pattern)
  if ('problem' in compiled) return compiled
  // the time limit holds only within a context of its own
  const context = createContext({ source: compiled.source, names })
  try {
    const code = 'const r = new RegExp(source, "su"); names.filter(name => r.test(name))'
    const matching = runInContext(code, context, { timeout: timeLimitMs }) as string[]
    return { topics: [...matching].sort() }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

/** JavaScript's form of the pattern, for the flags `su`. */
function compile(pattern: string): { source: string } | { problem: string } {
  if (pattern.length > maxLength) return { problem: 'expression too long' }
  const translated = translate(pattern)
  if ('problem' in translated) return translated
  const source = `^(?:${translated.source})$`
  try {
    new RegExp(source, 'su')
    return { source }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

/** What the two languages write differently, and what RE2 does not have. */
const differences: readonly { in: RegExp; out: (match: RegExpMatchArray) => string | { problem: string } }[] =
  [
    { in: /^\\Q([\s\S]*?)(?:\\E|$)/, out: ([, text = '']) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') },
    { in: /^\\A/, out: () => '^' },
    { in: /^\\z/, out: () => '$' },
    { in: /^\\a/, out: () => '\\x07' },
    { in: /^\\x\{([0-9A-Fa-f]{1,6})\}/, out: ([, hex]) => `\\u{${hex}}` },
    { in: /^\\([pP])([LMNPSZC])(?!\{)/, out: ([, p, name]) => `\\${p}{${name}}` },
    { in: /^\\[pP]\{\w+\}/, out: ([property]) => property },
    { in: /^\\(?:[1-9]|k)/, out: () => ({ problem: 'invalid escape sequence' }) },
    // only syntax characters may be escaped under the flag u
    {
      in: /^\\([-!"#%&',:;<=>@_`~ ])/,
      out: ([, character = '']) => (character === '-' ? '\\x2d' : character),
    },
    { in: /^\\[\s\S]/, out: ([escaped]) => escaped },
    { in: /^\[:(\^?)(\w+):\]/, out: ([, isNot, name = '']) => posixClass(isNot === '^', name) },
    { in: /^\(\?P</, out: () => '(?<' },
    { in: /^\(\?(?:[=!>#]|<[=!])/, out: () => ({ problem: 'invalid perl operator' }) },
    { in: /^[*+?]\+/, out: () => ({ problem: 'invalid nested repetition operator' }) },
    { in: /^\{(\d+)(?:,(\d*))?\}/, out: ([text, from, to]) => repeat(text, Number(from), Number(to ?? 0)) },
    // braces that are no count are themselves
    { in: /^[{}]/, out: ([brace]) => `\\${brace}` },
  ]

function translate(pattern: string): { source: string } | { problem: string } {
  const flags = /^\(\?([is]+)\)/.exec(pattern)
  let source = ''
  for (let at = flags?.[0].length ?? 0; at < pattern.length; ) {
    const rest = pattern.slice(at)
    const [difference] = differences.flatMap(({ in: wanted, out }) => {
      const match = wanted.exec(rest)
      return match === null ? [] : [{ match, out }]
    })
    const written = difference === undefined ? rest.charAt(0) : difference.out(difference.match)
    if (typeof written !== 'string') return written
    source += written
    at += difference?.match[0].length ?? 1
  }
  // `s` counts as set in topic names, which have no line ends
  return { source: flags?.[1]?.includes('i') === true ? `(?i:${source})` : source }
}

function posixClass(isNot: boolean, name: string): string | { problem: string } {
  const characters = classes[name]
  if (characters === undefined || isNot) return { problem: 'invalid character class range' }
  return characters
}

function repeat(text: string, from: number, to: number): string | { problem: string } {
  return Math.max(from, to) > maxRepeat ? { problem: 'invalid repeat count' } : text
}
