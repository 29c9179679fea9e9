import { builtIn, type Functions, type TemplateFunction } from './built-in.ts'
import {
  type Command,
  type Node,
  type Operand,
  type Pipeline,
  parseTemplate,
  type Template,
} from './parser.ts'
import { type GoValue, isMap, isTrue, printValue, TemplateError } from './values.ts'

const maxOutput = 1_048_576
const maxSteps = 100_000
const maxCalls = 50

/**
 * A template of Go's text/template, read once and expanded often. What a map lacks is an empty text. Bounded in output and
 * steps. Errors: TemplateError.
 *
 * @example
 * new GoTemplate('{{ .name | printf "%5s" }}{{ if eq .n 1 }}!{{ end }}').expand({ name: 'a', n: 1n }) // => '    a!'
 */
export class GoTemplate {
  readonly #template: Template
  readonly #functions: Functions

  /** `functions` besides those that every template has. */
  constructor(text: string, functions: Functions = {}) {
    this.#functions = { ...builtIn, ...functions }
    this.#template = parseTemplate(
      text,
      name => name === 'and' || name === 'or' || Object.hasOwn(this.#functions, name),
    )
  }

  /** `variables` as `$labels`, by their names with the `$`. */
  expand(data: GoValue, variables: Readonly<Record<string, GoValue>> = {}): string {
    const run = new Run(this.#template, this.#functions, data, variables)
    run.list(this.#template.nodes, data)
    return run.output
  }
}

type Flow = 'break' | 'continue' | undefined

class Run {
  output = ''
  readonly #template: Template
  readonly #functions: Functions
  #variables: { name: string; value: GoValue }[]
  #steps = 0
  #calls = 0

  constructor(
    template: Template,
    functions: Functions,
    data: GoValue,
    variables: Readonly<Record<string, GoValue>>,
  ) {
    this.#template = template
    this.#functions = functions
    this.#variables = [
      { name: '$', value: data },
      ...Object.entries(variables).map(([name, value]) => ({ name, value })),
    ]
  }

  list(nodes: readonly Node[], dot: GoValue): Flow {
    const open = this.#variables.length
    for (const node of nodes) {
      const flow = this.#node(node, dot)
      if (flow !== undefined) {
        this.#variables.length = open
        return flow
      }
    }
    this.#variables.length = open
    return undefined
  }

  #node(node: Node, dot: GoValue): Flow {
    if (++this.#steps > maxSteps) throw new TemplateError(`more than ${maxSteps} steps`)
    switch (node.kind) {
      case 'text':
        this.#write(node.text)
        return undefined
      case 'action':
        this.#action(node.pipeline, dot)
        return undefined
      case 'if':
      case 'with':
        return this.#choose(node, dot)
      case 'range':
        this.#range(node, dot)
        return undefined
      case 'template':
        this.#call(node.name, node.pipeline === undefined ? null : this.#pipeline(node.pipeline, dot))
        return undefined
      default:
        return node.kind
    }
  }

  #write(text: string): void {
    this.output += text
    if (this.output.length > maxOutput) throw new TemplateError(`the text is longer than ${maxOutput}`)
  }

  #action(pipeline: Pipeline, dot: GoValue): void {
    const value = this.#pipeline(pipeline, dot)
    if (pipeline.variables.length === 0)
      this.#write(value === null || value === undefined ? '<no value>' : printValue(value))
  }

  #choose(node: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: GoValue): Flow {
    const open = this.#variables.length
    const value = this.#pipeline(node.pipeline, dot)
    const flow = isTrue(value)
      ? this.list(node.then, node.kind === 'with' ? value : dot)
      : this.list(node.otherwise, dot)
    this.#variables.length = open
    return flow
  }

  #range(node: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: GoValue): void {
    const { variables, isDeclaration } = node.pipeline
    const value = this.#pipeline({ ...node.pipeline, variables: [] }, dot)
    const entries = entriesOf(value)
    if (entries.length === 0) {
      this.list(node.otherwise, dot)
      return
    }
    for (const [key, own] of entries) {
      const open = this.#variables.length
      const values = variables.length > 1 ? [key, own] : [own]
      for (const [i, name] of variables.entries()) this.#set(name, values[i], isDeclaration)
      const flow = this.list(node.then, own)
      this.#variables.length = open
      if (flow === 'break') break
    }
  }

  #call(name: string, dot: GoValue): void {
    const nodes = this.#template.named.get(name)
    if (nodes === undefined) throw new TemplateError(`template "${name}" not defined`)
    if (++this.#calls > maxCalls) throw new TemplateError('templates call one another without an end')
    const outer = this.#variables
    this.#variables = [{ name: '$', value: dot }]
    this.list(nodes, dot)
    this.#variables = outer
    this.#calls--
  }

  #set(name: string, value: GoValue, isDeclaration: boolean): void {
    if (isDeclaration) this.#variables.push({ name, value })
    else this.#variable(name).value = value
  }

  #variable(name: string): { name: string; value: GoValue } {
    const found = this.#variables.findLast(variable => variable.name === name)
    if (found === undefined) throw new TemplateError(`undefined variable "${name}"`)
    return found
  }

  #pipeline(pipeline: Pipeline, dot: GoValue): GoValue {
    if (++this.#steps > maxSteps) throw new TemplateError(`more than ${maxSteps} steps`)
    let value: GoValue
    let isFirst = true
    for (const command of pipeline.commands) {
      value = this.#command(command, dot, isFirst ? [] : [value])
      isFirst = false
    }
    const [name] = pipeline.variables
    if (name !== undefined) this.#set(name, value, pipeline.isDeclaration)
    return value
  }

  #command([first, ...rest]: Command, dot: GoValue, last: readonly GoValue[]): GoValue {
    if (first.kind !== 'function') {
      if (last.length > 0) throw new TemplateError('only a function can follow |')
      if (rest.length > 0) throw new TemplateError('what has arguments must be a function')
      return this.#operand(first, dot)
    }
    if (first.name === 'and' || first.name === 'or') return this.#logic(first.name, rest, dot, last)
    const call = this.#functions[first.name] as TemplateFunction
    const given = [...rest.map(operand => this.#operand(operand, dot)), ...last]
    if (given.length >= call.length) return call(...given)
    throw new TemplateError(
      `wrong number of args for ${first.name}: want at least ${call.length} got ${given.length}`,
    )
  }

  /** Stops where the rest cannot change what is answered. */
  #logic(name: 'and' | 'or', operands: readonly Operand[], dot: GoValue, last: readonly GoValue[]): GoValue {
    let value: GoValue = last[0]
    for (const operand of operands) {
      value = this.#operand(operand, dot)
      if (isTrue(value) === (name === 'or')) return value
    }
    return last.length > 0 ? last[0] : value
  }

  #operand(operand: Operand, dot: GoValue): GoValue {
    switch (operand.kind) {
      case 'literal':
        return operand.value
      case 'dot':
        return dot
      case 'variable':
        return this.#variable(operand.name).value
      case 'function':
        return this.#command([operand], dot, [])
      case 'pipeline':
        return this.#pipeline(operand.pipeline, dot)
      case 'field':
        return fieldOf(this.#operand(operand.of, dot), operand.name)
    }
  }
}

function fieldOf(value: GoValue, name: string): GoValue {
  if (value === null || value === undefined) throw new TemplateError(`nil has no field ${name}`)
  if (!isMap(value)) throw new TemplateError(`can't evaluate field ${name}`)
  return Object.hasOwn(value, name) ? value[name] : ''
}

function entriesOf(value: GoValue): (readonly [GoValue, GoValue])[] {
  if (value === null || value === undefined) return []
  if (typeof value === 'bigint')
    return Array.from({ length: Math.min(Number(value), maxSteps) }, (_, i) => [BigInt(i), BigInt(i)])
  if (Array.isArray(value)) return value.map((own, i) => [BigInt(i), own])
  if (isMap(value)) return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  throw new TemplateError("range can't iterate over this")
}
