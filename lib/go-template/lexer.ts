import { TemplateError } from './values.ts'

export interface TemplateToken {
  kind: 'word' | 'field' | 'variable' | 'string' | 'number' | 'sign'
  /** As written; of a string its value. */
  text: string
  /** Whether a blank stands before it: `$x .y` is two operands, `$x.y` one. */
  isApart: boolean
}

export type Piece = { kind: 'text'; text: string } | { kind: 'action'; tokens: TemplateToken[] }

const pattern =
  /\s+|(?<string>"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+')|(?<number>[+-]?(?:0[xX][\da-fA-F_]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+))|(?<field>\.[\p{L}_][\p{L}\p{N}_]*)|(?<variable>\$[\p{L}\p{N}_]*)|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<sign>:=|[.|()=,])/uy

/**
 * Divides a template into text and what stands within `{{` and `}}`, which may take the blanks before or behind it with a
 * hyphen. Source: Go's text/template. Errors: TemplateError.
 */
export function piecesOf(template: string): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  let trims = false
  while (at < template.length) {
    const found = template.indexOf('{{', at)
    const open = found < 0 ? template.length : found
    const trimsBefore = /^\{\{-\s/.test(template.slice(open, open + 4))
    pieces.push(...textPiece(template.slice(at, open), trims, trimsBefore))
    if (found < 0) break
    const action = readAction(template, open + (trimsBefore ? 3 : 2))
    trims = action.trims
    at = action.end
    if (action.tokens !== undefined) pieces.push({ kind: 'action', tokens: action.tokens })
  }
  return pieces
}

function textPiece(given: string, trimsStart: boolean, trimsEnd: boolean): Piece[] {
  const text = trimsStart ? given.trimStart() : given
  const kept = trimsEnd ? text.trimEnd() : text
  return kept === '' ? [] : [{ kind: 'text', text: kept }]
}

function readAction(template: string, from: number) {
  const comment = /\s*\/\*[\s\S]*?\*\/(\s+-)?\s*\}\}/y
  comment.lastIndex = from
  const found = comment.exec(template)
  if (found !== null) return { tokens: undefined, trims: found[1] !== undefined, end: from + found[0].length }
  const tokens: TemplateToken[] = []
  let isApart = true
  let at = from
  for (;;) {
    const close = /(\s-)?\}\}/y
    close.lastIndex = at
    const closed = close.exec(template)
    if (closed !== null) return { tokens, trims: closed[1] !== undefined, end: at + closed[0].length }
    pattern.lastIndex = at
    const match = pattern.exec(template)
    if (match === null) throw unclosed(template, at)
    const token = tokenOf(match, isApart)
    if (token !== undefined) tokens.push(token)
    isApart = token === undefined
    at += match[0].length
  }
}

function tokenOf(match: RegExpExecArray, isApart: boolean): TemplateToken | undefined {
  const found = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)
  if (found === undefined) return undefined
  const [kind, text] = found as [TemplateToken['kind'], string]
  if (kind !== 'string') return { kind, text, isApart }
  const value = unquoted(text)
  // a character is a number
  if (text.startsWith("'")) return { kind: 'number', text: String(value.codePointAt(0) ?? 0), isApart }
  return { kind, text: value, isApart }
}

function unclosed(template: string, at: number): TemplateError {
  const rest = template.slice(at, at + 20)
  return new TemplateError(
    rest === '' ? 'the action is not closed: write }}' : `unexpected ${rest} in an action`,
  )
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

function unquoted(text: string): string {
  if (text.startsWith('`')) return text.slice(1, -1)
  return text
    .slice(1, -1)
    .replaceAll(
      /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/g,
      (_, x, u, long, octal, one) => {
        const code = x ?? u ?? long
        if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16))
        if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8))
        return escapes[one] ?? one
      },
    )
}
