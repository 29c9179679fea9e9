import { JsonError } from './json-scan.ts'
import { parsedString } from './json-string.ts'

const blank = /[ \t\n\r]*/y
const string = /"(?:[^"\\]|\\.)*"/sy
const word = /[^\s,\]}]+/y

/**
 * What stands at a place in a JSON text, as it is written there; undefined where nothing does. What lies before is passed over, not
 * tested, and what lies behind is not looked at, as in Loki. Throws JsonError where the value itself does not end.
 *
 * @example
 * findInJson('{"a": {"b": [1.50]}, …', ['a', 'b', 0]) // => '1.50'
 */
export function findInJson(text: string, path: readonly (string | number)[]): string | undefined {
  let at = 0
  for (const part of path) {
    const found = typeof part === 'number' ? elementOf(text, at, part) : memberOf(text, at, part)
    if (found === undefined) return undefined
    at = found
  }
  const start = after(blank, text, at)
  const end = endOf(text, start)
  if (end === undefined) throw new JsonError('a value does not end')
  return text.slice(start, end)
}

/** Where the value of a key begins. */
function memberOf(text: string, from: number, key: string): number | undefined {
  let at = inside(text, from, '{')
  while (at !== undefined) {
    const start = after(blank, text, at)
    const end = text[start] === '"' ? matched(string, text, start) : undefined
    if (end === undefined) return undefined
    const colon = after(blank, text, end)
    if (text[colon] !== ':') return undefined
    if (keyOf(text.slice(start, end)) === key) return colon + 1
    at = behind(text, colon + 1)
  }
  return undefined
}

/** Where an element of a list begins. */
function elementOf(text: string, from: number, index: number): number | undefined {
  let at = inside(text, from, '[')
  for (let i = 0; at !== undefined && i < index; i++) at = behind(text, at)
  return at !== undefined && text[after(blank, text, at)] !== ']' ? at : undefined
}

function inside(text: string, from: number, bracket: string): number | undefined {
  const at = after(blank, text, from)
  return text[at] === bracket ? at + 1 : undefined
}

/** Behind a value and the comma that follows it. */
function behind(text: string, from: number): number | undefined {
  const end = endOf(text, after(blank, text, from))
  if (end === undefined) return undefined
  const at = after(blank, text, end)
  return text[at] === ',' ? at + 1 : undefined
}

/** Where a value ends; of objects and lists the bracket that closes them. */
function endOf(text: string, start: number): number | undefined {
  const first = text[start]
  if (first === '"') return matched(string, text, start)
  return first === '{' || first === '[' ? closed(text, start) : matched(word, text, start)
}

const deeper: Readonly<Record<string, number>> = { '{': 1, '[': 1, '}': -1, ']': -1 }

function closed(text: string, start: number): number | undefined {
  let depth = 0
  let at: number | undefined = start
  while (at !== undefined && at < text.length) {
    const c = text[at] as string
    depth += deeper[c] ?? 0
    at = c === '"' ? matched(string, text, at) : at + 1
    if (depth === 0) return at
  }
  return undefined
}

function keyOf(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1)
  try {
    return parsedString(literal)
  } catch (error) {
    if (error instanceof SyntaxError) return ''
    throw error
  }
}

function matched(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}

function after(pattern: RegExp, text: string, at: number): number {
  return matched(pattern, text, at) ?? at
}
