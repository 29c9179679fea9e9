import type { ProblemAnswer } from '../../../../query/index.ts'
import { quotedName } from './logql-filters.ts'
import { tokensOf } from './tokens.ts'

export interface Fix {
  /** What it does, as a button says it. */
  text: string
  query: string
}

/** What mends a query that was refused, as far as the answer says so much. */
export function fixesOf(query: string, problem: ProblemAnswer): Fix[] {
  const { position, suggestion = '', detail } = problem
  if (position === undefined) return []
  const at = offsetOf(query, position)
  const said = `${detail} ${suggestion}`
  return makers.flatMap(maker => maker(query, at, said)).filter(fix => fix.query !== query)
}

type Maker = (query: string, at: number, said: string) => Fix[]

const makers: readonly Maker[] = [
  // did you mean rate?
  (query, at, said) => {
    const meant = /did you mean (\S+)\?/.exec(said)?.[1]
    const token = tokenAt(query, at, 'name')
    if (meant === undefined || token === undefined) return []
    return [{ text: `Write ${meant}`, query: replaced(query, token.from, token.to, meant) }]
  },
  // add a closing }; the string does not end; a parenthesis is not closed
  (query, _, said) => {
    const closing =
      /add a closing (\S)/.exec(said)?.[1] ?? (said.includes('parenthesis is not closed') ? ')' : undefined)
    return closing === undefined
      ? []
      : [{ text: `Add ${closing} at the end`, query: query.trimEnd() + closing }]
  },
  // 'x' is no string of LogQL
  (query, at, said) => {
    if (!said.includes('strings stand in double quotes')) return []
    const found = /'([^']*)'/y
    found.lastIndex = at
    const text = found.exec(query)
    if (text === null) return []
    return [
      { text: 'Use double quotes', query: replaced(query, at, at + text[0].length, JSON.stringify(text[1])) },
    ]
  },
  // {service=web}
  (query, at, said) => {
    const isBare = said.includes('texts stand in double quotes') || /write "[^"]*" in quotes/.test(said)
    const word = isBare ? wordAt(query, at, /[^\s,}|"]+/y) : undefined
    if (word === undefined) return []
    return [
      {
        text: `Write ${JSON.stringify(word)}`,
        query: replaced(query, at, at + word.length, JSON.stringify(word)),
      },
    ]
  },
  // user-id="x"
  (query, at, said) => {
    if (!/a name with such characters stands in quotes|found -, expected/.test(said)) return []
    const start = query.slice(0, at).search(/[\w.:-]+$/)
    const from = start === -1 ? at : start
    const name = wordAt(query, from, /[^\s,={}!<>|"~]+/y)
    if (name === undefined) return []
    return [
      {
        text: `Write ${quotedName(name)}`,
        query: replaced(query, from, from + name.length, quotedName(name)),
      },
    ]
  },
  (query, at, said) =>
    /(?:^|\s)remove it$/.test(said)
      ? [{ text: `Remove ${query[at]}`, query: replaced(query, at, at + 1, '') }]
      : [],
  // status >= "500"
  (query, at, said) => {
    const token = said.includes('without quotes') ? tokenAt(query, at, 'string') : undefined
    return token === undefined
      ? []
      : [{ text: 'Without quotes', query: replaced(query, token.from, token.to, token.value) }]
  },
]

function tokenAt(query: string, at: number, kind: 'name' | 'string') {
  // the place may be that of what follows a word which is not known
  const tokens = tokensOf(query).filter(token => token.kind === kind && token.from <= at)
  return tokens.at(-1)
}

function wordAt(query: string, at: number, word: RegExp): string | undefined {
  word.lastIndex = at
  return word.exec(query)?.[0]
}

function replaced(query: string, from: number, to: number, text: string): string {
  return query.slice(0, from) + text + query.slice(to)
}

/** Where a place is in a query; both count from 1. */
export function offsetOf(query: string, { line, column }: { line: number; column: number }): number {
  const before = query.split('\n').slice(0, line - 1)
  return Math.min(query.length, before.reduce((all, text) => all + text.length + 1, 0) + column - 1)
}
