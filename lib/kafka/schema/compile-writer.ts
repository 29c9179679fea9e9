import { OperatingError } from '../../base/index.ts'
import { type Field, type Fields, isPresent, scalarDefault } from './field.ts'
import type { Writer } from './writer.ts'

export type WriteFunction = (writer: Writer, message: unknown) => void

/** Compiles the writer of one version; the mirror of compileReader. */
export function compileWriter(
  messageName: string,
  fields: Fields,
  version: number,
  flexible: boolean,
): WriteFunction {
  const source = new WriterSource(version, flexible)
  const root = source.struct(fields)
  const make = new Function('unsupported', `'use strict'\n${source.text}\nreturn ${root}`)
  return make((field: string) => {
    throw new OperatingError(
      'UNSUPPORTED_VERSION',
      `${messageName} version ${version} cannot carry the field ${field}`,
    )
  }) as WriteFunction
}

class WriterSource {
  text = ''
  #names = 0
  readonly #version: number
  readonly #flexible: boolean

  constructor(version: number, flexible: boolean) {
    this.#version = version
    this.#flexible = flexible
  }

  struct(fields: Fields): string {
    const name = `s${this.#names++}`
    const lines: string[] = []
    const tagged: [string, Field][] = []
    for (const [key, field] of Object.entries(fields)) {
      if (!isPresent(field, this.#version)) lines.push(refusal(key, field))
      else if (field.options.tag !== undefined) tagged.push([key, field])
      else lines.push(this.#value(valueSource(key, field), field))
    }
    if (this.#flexible) lines.push(this.#tags(tagged))
    this.text += `function ${name}(w, m) {\n  ${lines.filter(line => line !== '').join('\n  ')}\n}\n`
    return name
  }

  #tags(tagged: [string, Field][]): string {
    if (tagged.length === 0) return 'w.uvarint(0)'
    const inOrder = tagged.sort(([, a], [, b]) => (a.options.tag as number) - (b.options.tag as number))
    const counts = inOrder.map(([key, f]) => `if (${differs(key, f)}) tags++`)
    const writes = inOrder.map(
      ([key, f]) =>
        `if (${differs(key, f)}) { const at = w.beginTag(${f.options.tag}); ${this.#value(`m.${key}`, f)}; w.endTag(at) }`,
    )
    return `let tags = 0\n  ${counts.join('\n  ')}\n  w.uvarint(tags)\n  ${writes.join('\n  ')}`
  }

  #value(value: string, field: Field): string {
    if (field.kind === 'array') return `${this.#array(field)}(w, ${value})`
    if (field.kind === 'struct') {
      const write = this.struct(field.fields ?? {})
      if (field.options.nullable === undefined) return `${write}(w, ${value})`
      return `{ const v = ${value}; if (v === null) w.int8(-1); else { w.int8(1); ${write}(w, v) } }`
    }
    const kind = field.kind === 'records' ? 'bytes' : field.kind
    const isSized = kind === 'string' || kind === 'bytes'
    return `w.${isSized && this.#flexible ? `compact${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : kind}(${value})`
  }

  #array(field: Field): string {
    const name = `a${this.#names++}`
    const item = this.#value('list[i]', field.item as Field)
    this.text += `function ${name}(w, list) {
  w.${this.#flexible ? 'compactCount' : 'count'}(list)
  if (list === null) return
  for (let i = 0; i < list.length; i++) ${item}
}\n`
    return name
  }
}

function literal(value: string | number | bigint | boolean | null): string {
  return typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)
}

/** The member, or its default where leaving it out is allowed. */
function valueSource(key: string, field: Field): string {
  const { since, until, default: declared } = field.options
  if (since === undefined && until === undefined && declared === undefined) return `m.${key}`
  const value = scalarDefault(field)
  if (value !== undefined) return `(m.${key} === undefined ? ${literal(value)} : m.${key})`
  if (field.kind === 'array') return `(m.${key} === undefined ? [] : m.${key})`
  return `m.${key}`
}

/** A condition that holds when the member has a value other than its default. */
function differs(key: string, field: Field): string {
  const value = scalarDefault(field)
  if (value !== undefined) return `m.${key} !== undefined && m.${key} !== ${literal(value)}`
  if (field.kind === 'struct') return `m.${key} !== undefined && m.${key} !== null`
  return `m.${key} !== undefined && m.${key} !== null && m.${key}.length > 0`
}

function refusal(key: string, field: Field): string {
  return field.options.ignorable === true || field.kind === 'struct'
    ? ''
    : `if (${differs(key, field)}) unsupported('${key}')`
}
