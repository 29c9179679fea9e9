import {
  type CharSet,
  isAny,
  maxCodePoint,
  type Range,
  type UnicodeClass,
  unicodeEscapes,
} from './char-set.ts'
import { type Assertion, isNullable, type Node, type RepeatNode } from './node.ts'

/** How an engine writes things. */
interface Dialect {
  assertions: Readonly<Record<Assertion, string>>
  any: string
  /** Any code point by its number. */
  point(code: number): string
  /** Undefined where the engine has nothing that means the same. */
  unicode(item: UnicodeClass): string | undefined
  /** Whether case variants beyond ASCII of these are the engine's to find. */
  canFold(set: CharSet): boolean
  /** Whether what may match nothing can be repeated: engines differ in when they stop. */
  repeatsNothing: boolean
}

const re2: Dialect = {
  assertions: {
    textStart: '\\A',
    textEnd: '\\z',
    lineStart: '(?m:^)',
    lineEnd: '(?m:$)',
    wordBoundary: '\\b',
    noWordBoundary: '\\B',
  },
  any: '(?s:.)',
  point: code => `\\x{${code.toString(16)}}`,
  unicode: ({ name, negated }) => `\\${negated ? 'P' : 'p'}{${name}}`,
  canFold: () => true,
  repeatsNothing: true,
}

/** ClickHouse's `match` has the dot take line breaks by itself, and looks for texts in patterns that it can read. */
const clickHouse: Dialect = {
  ...re2,
  assertions: { ...re2.assertions, textStart: '^', textEnd: '$' },
  any: '.',
}

const javascript: Dialect = {
  assertions: {
    textStart: '^',
    textEnd: '$',
    // JavaScript's own know more line ends than \n
    lineStart: '(?<![^\\n])',
    lineEnd: '(?![^\\n])',
    wordBoundary: '\\b',
    noWordBoundary: '\\B',
  },
  any: '[^]',
  point: code => `\\u{${code.toString(16)}}`,
  unicode: item => unicodeEscapes(item)?.join(''),
  canFold: set => !set.negated && set.unicode.length === 0,
  repeatsNothing: false,
}

/** The pattern in RE2's own words, flags resolved. */
export function toRe2(node: Node): string {
  return new Renderer(re2).node(node)
}

/** The pattern for ClickHouse's `match`, flags resolved. */
export function toClickHouse(node: Node): string {
  return new Renderer(clickHouse).node(node)
}

/** The pattern for `new RegExp(…, 'u')`; undefined where JavaScript has nothing that means the same. */
export function toJavaScript(node: Node): string | undefined {
  const renderer = new Renderer(javascript)
  const text = renderer.node(node)
  return renderer.isExact ? text : undefined
}

class Renderer {
  isExact = true
  readonly #dialect: Dialect

  constructor(dialect: Dialect) {
    this.#dialect = dialect
  }

  node(node: Node): string {
    switch (node.kind) {
      case 'chars':
        return this.#set(node.set)
      case 'byte':
        this.isExact = false
        return '\\C'
      case 'assert':
        return this.#dialect.assertions[node.what]
      case 'concat':
        return node.parts
          .map(part => (part.kind === 'alternate' ? `(?:${this.node(part)})` : this.node(part)))
          .join('')
      case 'alternate':
        return node.branches.map(branch => this.node(branch)).join('|')
      case 'group':
        return `(${this.node(node.body)})`
      case 'repeat':
        return this.#repeat(node)
    }
  }

  #repeat({ body, min, max, greedy }: RepeatNode): string {
    if (isNullable(body) && !this.#dialect.repeatsNothing) this.isExact = false
    const inner = this.node(body)
    const one = body.kind === 'chars' || body.kind === 'group' ? inner : `(?:${inner})`
    return `${one}${quantifier(min, max)}${greedy ? '' : '?'}`
  }

  #set(set: CharSet): string {
    if (isAny(set)) return this.#dialect.any
    if (set.fold && !this.#dialect.canFold(set)) this.isExact = false
    const items = [
      ...set.ranges.map(range => this.#range(range)),
      ...set.unicode.map(item => this.#unicode(item)),
    ]
    const [only] = set.ranges
    const isOne = items.length === 1 && only !== undefined && only[0] === only[1] && !set.negated
    const text = isOne ? this.#point(only[0], false) : this.#class(items, set.negated)
    return set.fold ? `(?i:${text})` : text
  }

  #class(items: readonly string[], negated: boolean): string {
    if (items.length > 0) return `[${negated ? '^' : ''}${items.join('')}]`
    const { point } = this.#dialect
    return `[^${point(0)}-${point(maxCodePoint)}]`
  }

  #unicode(item: UnicodeClass): string {
    const text = this.#dialect.unicode(item)
    if (text === undefined) this.isExact = false
    return text ?? ''
  }

  #range([low, high]: Range): string {
    return low === high ? this.#point(low, true) : `${this.#point(low, true)}-${this.#point(high, true)}`
  }

  #point(code: number, isInClass: boolean): string {
    const text = String.fromCodePoint(code)
    const plain = isInClass ? /^[A-Za-z0-9 ]$/ : /^[A-Za-z0-9 !"#%&',:;<=>@_`~-]$/
    return plain.test(text) ? text : this.#dialect.point(code)
  }
}

function quantifier(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  if (min === 0 && max === 1) return '?'
  return min === max ? `{${min}}` : `{${min},${max}}`
}
