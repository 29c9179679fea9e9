import { formOf } from '../query/form.ts'
import { tokensOf } from '../query/tokens.ts'
import { type Run, runsOf } from './ansi.ts'

export interface Piece extends Run {
  isMatch: boolean
}

/** Of very long texts so much is looked through. */
const maxLength = 20_000

/** What a query looks for in the text of lines, to be marked there; undefined where it looks for nothing. */
export function markerOf(query: string): RegExp | undefined {
  const form = formOf(query)
  const sought = form === 'words' ? ofWords(query) : form === 'empty' ? [] : ofLogQl(query)
  if (sought.length === 0) return undefined
  try {
    return new RegExp(sought.join('|'), 'giu')
  } catch {
    // a pattern that RE2 knows and the browser does not: nothing is marked
    return undefined
  }
}

function ofWords(query: string): string[] {
  const term =
    /(-|NOT\s+)?(?:(?:[\p{L}_][\w.]*|"(?:[^"\\]|\\.)+")(?::(?:"(?:[^"\\]|\\.)*"|[^\s":/]\S*)|[<>]=?-?\d\S*)(?!\S)|"((?:[^"\\]|\\.)*)"(?!\S)|(\S+))/gsu
  return [...query.matchAll(term)].flatMap(([, not, phrase, word]) => {
    if (not !== undefined || word === 'OR' || word === 'AND' || word === 'NOT') return []
    if (phrase !== undefined) return phrase === '' ? [] : [literal(phrase.replaceAll(/\\(["\\])/g, '$1'))]
    const parts = (word ?? '').split(/[^\p{L}\p{N}]+/u).filter(part => part !== '')
    return parts.map(part => `(?<![\\p{L}\\p{N}])${literal(part)}(?![\\p{L}\\p{N}])`)
  })
}

/** Texts behind `|=`, and patterns behind `|~`. */
function ofLogQl(query: string): string[] {
  const found: string[] = []
  let operator = ''
  for (const { kind, text, value } of tokensOf(query)) {
    if (kind === 'string' && operator === '|=' && value !== '') found.push(literal(value))
    else if (kind === 'string' && operator === '|~' && value !== '')
      found.push(`(?:${value.replace(/^\(\?i\)/, '')})`)
    else if (text !== 'or') operator = text
  }
  return found
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

/** A text with the colours of a terminal, cut further where a match begins and ends. */
export function piecesOf(text: string, marker: RegExp | undefined): Piece[] {
  const runs = runsOf(text)
  const matches = marker === undefined ? [] : matchesIn(runs.map(run => run.text).join(''), marker)
  if (matches.length === 0) return runs.map(run => ({ ...run, isMatch: false }))
  const pieces: Piece[] = []
  let start = 0
  for (const run of runs) {
    const end = start + run.text.length
    const cuts = [start, ...matches.flat().filter(at => at > start && at < end), end]
    for (let i = 0; i + 1 < cuts.length; i++) {
      const [from, to] = [cuts[i] as number, cuts[i + 1] as number]
      const isMatch = matches.some(([first, last]) => from >= first && to <= last)
      pieces.push({ text: run.text.slice(from - start, to - start), look: run.look, isMatch })
    }
    start = end
  }
  return pieces
}

function matchesIn(text: string, marker: RegExp): [number, number][] {
  return [...text.slice(0, maxLength).matchAll(marker)]
    .filter(([found]) => found !== '')
    .map(found => [found.index, found.index + found[0].length])
}
