import { RE2JS } from 're2js'
import { hasPlainGroups, isLinear } from './linear.ts'
import { isNullable, type Node } from './node.ts'
import { toJavaScript, toRe2 } from './render.ts'
import { searchForm } from './search-form.ts'

/** Asks whether a text holds the pattern. */
export type Tester = (text: string) => boolean

/** Ends of the match and of its groups in the text, from `from` on: start, end, start, end …; -1 for a group without part in it. */
export type Finder = (text: string, from: number) => Int32Array | undefined

/** V8's engine where the pattern means the same to it and cannot take long, else RE2's in JavaScript. */
export function testerOf(node: Node): Tester {
  const form = searchForm(node)
  const literal = literalOf(form)
  if (literal !== undefined) return text => text.includes(literal)
  const native = nativeRegExp(form, '')
  if (native !== undefined) return text => native.test(text)
  const program = RE2JS.compile(toRe2(form))
  return text => program.test(text)
}

export function finderOf(node: Node): Finder {
  const native = hasPlainGroups(node) ? nativeRegExp(node, 'dg') : undefined
  return native === undefined ? re2Finder(RE2JS.compile(toRe2(node))) : nativeFinder(native)
}

/** The text that a pattern is, where it is nothing else. */
function literalOf(node: Node): string | undefined {
  if (node.kind !== 'concat') return undefined
  let text = ''
  for (const part of node.parts) {
    if (part.kind !== 'chars' || part.set.negated || part.set.fold || part.set.unicode.length > 0)
      return undefined
    const [only, more] = part.set.ranges
    if (only === undefined || more !== undefined || only[0] !== only[1]) return undefined
    text += String.fromCodePoint(only[0])
  }
  // halves of a surrogate pair would find each other
  return text.isWellFormed() ? text : undefined
}

function nativeRegExp(node: Node, flags: string): RegExp | undefined {
  // V8 may find nothing at all inside a surrogate pair
  if (isNullable(node) || !isLinear(node)) return undefined
  const source = toJavaScript(node)
  if (source === undefined) return undefined
  try {
    return new RegExp(source, `u${flags}`)
  } catch {
    // a script that this V8 does not know
    return undefined
  }
}

function nativeFinder(pattern: RegExp): Finder {
  return (text, from) => {
    pattern.lastIndex = from
    const indices = pattern.exec(text)?.indices
    if (indices === undefined) return undefined
    const ends = new Int32Array(indices.length * 2).fill(-1)
    for (const [i, range] of indices.entries()) if (range !== undefined) ends.set(range, i * 2)
    return ends
  }
}

function re2Finder(program: RE2JS): Finder {
  const groups = program.groupCount() + 1
  return (text, from) => {
    // a test alone is many times cheaper than finding out where
    if (from === 0 && !program.test(text)) return undefined
    const matcher = program.matcher(text)
    if (!matcher.find(from)) return undefined
    const ends = new Int32Array(groups * 2)
    for (let i = 0; i < groups; i++) {
      ends[i * 2] = matcher.start(i)
      ends[i * 2 + 1] = matcher.end(i)
    }
    return ends
  }
}
