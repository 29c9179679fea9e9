export interface Token {
  kind: 'string' | 'mark' | 'name' | 'number' | 'comment' | 'other'
  /** As written. */
  text: string
  /** Of a string what it says; else as written. */
  value: string
  from: number
  to: number
}

const kinds = [
  ['string', /"(?:[^"\\]|\\.)*"|`[^`]*`/sy],
  ['comment', /#[^\n]*/y],
  ['mark', /\|>|!>|\|=|\|~|!=|!~|=~|==|>=|<=|[{}(),|=<>[\]]/y],
  ['name', /[A-Za-z_:][A-Za-z0-9_:.]*/y],
  ['number', /[-\d.][\w.]*/y],
  ['other', /[^\s]/uy],
] as const

/** Splits LogQL; what it cannot have is `other`. Never fails: a query that is being written is looked at, too. */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = []
  const space = /\s*/y
  for (let at = 0; ; ) {
    space.lastIndex = at
    space.exec(query)
    at = space.lastIndex
    if (at >= query.length) return tokens
    for (const [kind, pattern] of kinds) {
      pattern.lastIndex = at
      const text = pattern.exec(query)?.[0]
      if (text === undefined) continue
      const value = kind === 'string' ? unquoted(text) : text
      tokens.push({ kind, text, value, from: at, to: at + text.length })
      at += text.length
      break
    }
  }
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
}

/** What a string of LogQL says: raw in backticks, with Go's escapes in quotes. */
export function unquoted(text: string): string {
  const inner = text.slice(1, -1)
  if (text.startsWith('`')) return inner
  return inner.replaceAll(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-3][0-7]{2})|(.))/gs,
    (_, x, u, long, octal, plain) => {
      if (plain !== undefined) return escapes[plain] ?? plain
      const code = octal === undefined ? Number.parseInt(x ?? u ?? long, 16) : Number.parseInt(octal, 8)
      return code > 0x10ffff ? '' : String.fromCodePoint(code)
    },
  )
}
