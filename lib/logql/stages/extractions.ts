import { goQuoted } from '../../base/index.ts'
import type { Extraction } from '../ast.ts'
import type { LogTokens } from '../tokens.ts'

/** `a="b.c", d`: labels with the places of their values; a label alone is its own place. */
export function parseExtractions(tokens: LogTokens): Extraction[] {
  const fields: Extraction[] = []
  while (tokens.next.kind === 'name') {
    const label = tokens.take().text
    const path = tokens.takesMark('=') ? tokens.string('a place in the line').text : label
    fields.push({ label, path })
    if (!tokens.takesMark(',')) break
  }
  return fields
}

export function formatExtractions(fields: readonly Extraction[]): string {
  return fields.map(({ label, path }) => `${label}=${goQuoted(path)}`).join(',')
}
