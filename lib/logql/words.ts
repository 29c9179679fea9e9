import type { Stage } from './ast.ts'
import { QueryError } from './error.ts'
import { columnNames } from './label-name.ts'

/** Words as the text index cuts them (ClickHouse's splitByNonAlpha): runs of ASCII letters, digits and all non-ASCII. */
export function wordsOf(text: string): string[] {
  const lower = text.replaceAll(/[A-Z]+/g, run => run.toLowerCase())
  return lower.split(/[^a-z0-9\u0080-\u{10ffff}]+/u).filter(word => word !== '')
}

/**
 * Reads what is not LogQL: words, all of which must be in the line, in any case and order, and texts in double quotes,
 * which must be there as written. Errors: QUERY_INVALID for what looks like another language.
 *
 * @example
 * parseWords('disk "is full"') // => [{ kind: 'words', words: ['disk'] }, { kind: 'line', operator: '|=', values: ['is full'] }]
 */
export function parseWords(text: string): Stage[] {
  const words: string[] = []
  const phrases: Stage[] = []
  for (const { 0: token, 1: phrase, index } of text.matchAll(/"((?:[^"\\]|\\.)*)"(?!\S)|\S+/gs)) {
    if (phrase === undefined) words.push(...wordsIn(token, text, index))
    else if (phrase !== '') phrases.push({ kind: 'line', operator: '|=', values: [withoutEscapes(phrase)] })
  }
  if (words.length === 0 && phrases.length === 0 && text.trim() !== '')
    throw new QueryError(
      'there is no word to look for',
      text,
      0,
      `write {} |= ${JSON.stringify(text.trim())}`,
    )
  return words.length === 0 ? phrases : [{ kind: 'words', words }, ...phrases]
}

function wordsIn(token: string, text: string, at: number): string[] {
  if (token === 'OR' || token === 'AND' || token === 'NOT')
    throw new QueryError(
      `${token} is not known between words`,
      text,
      at,
      token === 'OR'
        ? 'write {} |= "this" or "that"'
        : token === 'AND'
          ? 'leave it out'
          : 'write {} != "that"',
    )
  const [, name = '', value = ''] = /^([\w.]+):([^\s:/].*)$/s.exec(token) ?? []
  if (columnNames.includes(name))
    throw new QueryError(
      `a label is not asked for as ${token}`,
      text,
      at,
      `write {${name}=${JSON.stringify(value)}}`,
    )
  return wordsOf(token)
}

function withoutEscapes(phrase: string): string {
  return phrase.replaceAll(/\\(["\\])/g, '$1')
}
