import { type Piece, piecesOf, type TemplateToken } from './lexer.ts'
import { type GoValue, TemplateError } from './values.ts'

export type Operand =
  | { kind: 'literal'; value: GoValue }
  | { kind: 'dot' }
  | { kind: 'variable'; name: string }
  | { kind: 'function'; name: string }
  | { kind: 'pipeline'; pipeline: Pipeline }
  | { kind: 'field'; of: Operand; name: string }

/** A function with its arguments, or a value. */
export type Command = readonly [Operand, ...Operand[]]

export interface Pipeline {
  /** `$i, $v := …`, or `$v = …`. */
  variables: readonly string[]
  isDeclaration: boolean
  commands: readonly Command[]
}

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'action'; pipeline: Pipeline }
  | { kind: 'if' | 'with' | 'range'; pipeline: Pipeline; then: readonly Node[]; otherwise: readonly Node[] }
  | { kind: 'template'; name: string; pipeline: Pipeline | undefined }
  | { kind: 'break' | 'continue' }

export interface Template {
  nodes: readonly Node[]
  /** Of `define`. */
  named: ReadonlyMap<string, readonly Node[]>
}

const maxDepth = 50

/** Reads a template; `knows` tells the functions there are. Source: Go's text/template. Errors: TemplateError. */
export function parseTemplate(text: string, knows: (name: string) => boolean): Template {
  const parser = new Parser(piecesOf(text), knows)
  return parser.template()
}

class Parser {
  readonly #pieces: readonly Piece[]
  readonly #knows: (name: string) => boolean
  readonly #named = new Map<string, readonly Node[]>()
  #at = 0
  #depth = 0

  constructor(pieces: readonly Piece[], knows: (name: string) => boolean) {
    this.#pieces = pieces
    this.#knows = knows
  }

  template(): Template {
    const { nodes, end } = this.#list()
    if (end !== undefined) throw new TemplateError(`unexpected {{${end}}}`)
    return { nodes, named: this.#named }
  }

  /** Nodes up to `else` or `end`, which are taken. */
  #list(): { nodes: Node[]; end: 'else' | 'end' | undefined; rest: TemplateToken[] } {
    if (++this.#depth > maxDepth) throw new TemplateError(`nested deeper than ${maxDepth}`)
    const nodes: Node[] = []
    let end: 'else' | 'end' | undefined
    let rest: TemplateToken[] = []
    while (this.#at < this.#pieces.length && end === undefined) {
      const piece = this.#pieces[this.#at++] as Piece
      if (piece.kind === 'text') {
        nodes.push(piece)
        continue
      }
      const [first, ...others] = piece.tokens
      const word = first?.kind === 'word' ? first.text : ''
      if (word === 'end' || word === 'else') [end, rest] = [word, others]
      else this.#node(word, others, piece.tokens, nodes)
    }
    this.#depth--
    return { nodes, end, rest }
  }

  #node(word: string, others: TemplateToken[], all: TemplateToken[], nodes: Node[]): void {
    if (word === 'if' || word === 'with' || word === 'range') nodes.push(this.#branch(word, others))
    else if (word === 'break' || word === 'continue') nodes.push({ kind: word })
    else if (word === 'define' || word === 'block') this.#define(word, others, nodes)
    else if (word === 'template') nodes.push(this.#call(others))
    else nodes.push({ kind: 'action', pipeline: this.#pipeline(all) })
  }

  #branch(kind: 'if' | 'with' | 'range', tokens: TemplateToken[]): Node {
    const pipeline = this.#pipeline(tokens)
    const { nodes: then, end, rest } = this.#list()
    if (end === undefined) throw new TemplateError(`{{${kind}}} has no {{end}}`)
    if (end === 'end') return { kind, pipeline, then, otherwise: [] }
    const [next, ...others] = rest
    if (next?.text === 'if' || next?.text === 'with')
      return { kind, pipeline, then, otherwise: [this.#branch(next.text, others)] }
    const other = this.#list()
    if (other.end !== 'end') throw new TemplateError(`{{${kind}}} has no {{end}}`)
    return { kind, pipeline, then, otherwise: other.nodes }
  }

  #define(word: 'define' | 'block', [name, ...rest]: TemplateToken[], nodes: Node[]): void {
    if (name?.kind !== 'string') throw new TemplateError(`{{${word}}} needs a name in quotes`)
    const { nodes: body, end } = this.#list()
    if (end !== 'end') throw new TemplateError(`{{${word}}} has no {{end}}`)
    this.#named.set(name.text, body)
    if (word === 'block') nodes.push(this.#call([name, ...rest]))
  }

  #call([name, ...rest]: TemplateToken[]): Node {
    if (name?.kind !== 'string') throw new TemplateError('{{template}} needs a name in quotes')
    return {
      kind: 'template',
      name: name.text,
      pipeline: rest.length === 0 ? undefined : this.#pipeline(rest),
    }
  }

  #pipeline(tokens: readonly TemplateToken[]): Pipeline {
    return new PipelineReader(tokens, this.#knows).pipeline()
  }
}

/** Reads what stands within one action. */
class PipelineReader {
  readonly #tokens: readonly TemplateToken[]
  readonly #knows: (name: string) => boolean
  #at = 0

  constructor(tokens: readonly TemplateToken[], knows: (name: string) => boolean) {
    this.#tokens = tokens
    this.#knows = knows
  }

  pipeline(): Pipeline {
    const pipeline = this.#pipeline(0)
    if (this.#at < this.#tokens.length) throw new TemplateError(`unexpected ${this.#next?.text}`)
    return pipeline
  }

  get #next(): TemplateToken | undefined {
    return this.#tokens[this.#at]
  }

  #isSign(text: string): boolean {
    const next = this.#next
    return next?.kind === 'sign' && next.text === text
  }

  #pipeline(depth: number): Pipeline {
    if (depth > maxDepth) throw new TemplateError(`nested deeper than ${maxDepth}`)
    const { variables, isDeclaration } = this.#variables()
    const commands = [this.#command(depth)]
    while (this.#isSign('|')) {
      this.#at++
      commands.push(this.#command(depth))
    }
    return { variables, isDeclaration, commands }
  }

  #variables(): { variables: string[]; isDeclaration: boolean } {
    const start = this.#at
    const variables: string[] = []
    while (this.#next?.kind === 'variable') {
      variables.push(this.#next.text)
      this.#at++
      if (this.#isSign(':=') || this.#isSign('=')) {
        const isDeclaration = this.#isSign(':=')
        this.#at++
        return { variables, isDeclaration }
      }
      if (!this.#isSign(',')) break
      this.#at++
    }
    this.#at = start
    return { variables: [], isDeclaration: false }
  }

  #command(depth: number): Command {
    const operands: Operand[] = []
    while (this.#next !== undefined && !this.#isSign('|') && !this.#isSign(')'))
      operands.push(this.#operand(depth))
    const [first, ...rest] = operands
    if (first === undefined) throw new TemplateError('a value is missing')
    return [first, ...rest]
  }

  #operand(depth: number): Operand {
    let operand = this.#plain(depth)
    while (this.#next?.kind === 'field' && !this.#next.isApart) {
      operand = { kind: 'field', of: operand, name: this.#next.text.slice(1) }
      this.#at++
    }
    return operand
  }

  #plain(depth: number): Operand {
    const { kind, text } = this.#tokens[this.#at++] as TemplateToken
    if (kind === 'string') return { kind: 'literal', value: text }
    if (kind === 'number') return { kind: 'literal', value: numberOf(text) }
    if (kind === 'variable') return { kind: 'variable', name: text }
    if (kind === 'field') return { kind: 'field', of: { kind: 'dot' }, name: text.slice(1) }
    if (kind === 'word') return this.#word(text)
    if (text === '.') return { kind: 'dot' }
    if (text !== '(') throw new TemplateError(`unexpected ${text}`)
    const pipeline = this.#pipeline(depth + 1)
    if (!this.#isSign(')')) throw new TemplateError('a closing ) is missing')
    this.#at++
    return { kind: 'pipeline', pipeline }
  }

  #word(text: string): Operand {
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true' }
    if (text === 'nil') return { kind: 'literal', value: null }
    if (!this.#knows(text)) throw new TemplateError(`function "${text}" not defined`)
    return { kind: 'function', name: text }
  }
}

function numberOf(text: string): bigint | number {
  const plain = text.replaceAll('_', '')
  if (/^[+-]?(\d+|0[xX][\da-fA-F]+)$/.test(plain)) {
    const size = BigInt(plain.replace(/^[+-]/, ''))
    return plain.startsWith('-') ? -size : size
  }
  return Number(plain)
}
