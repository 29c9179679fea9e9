import { type Field, type Fields, isNullable, isPresent, scalarDefault } from './field.ts'
import type { Reader } from './reader.ts'

export type ReadFunction = (reader: Reader) => unknown

/**
 * Compiles the reader of one version: straight-line JavaScript, one function per struct and per array, without any test
 * of a version at run time. The source is made of schema constants only.
 */
export function compileReader(fields: Fields, version: number, flexible: boolean): ReadFunction {
  const source = new ReaderSource(version, flexible)
  const root = source.struct(fields)
  return new Function('empty', `'use strict'\n${source.text}\nreturn ${root}`)(
    Buffer.alloc(0),
  ) as ReadFunction
}

class ReaderSource {
  text = ''
  #names = 0
  readonly #version: number
  readonly #flexible: boolean

  constructor(version: number, flexible: boolean) {
    this.#version = version
    this.#flexible = flexible
  }

  /** Adds the function that reads a struct and returns its name. */
  struct(fields: Fields): string {
    const name = `s${this.#names++}`
    const lines: string[] = []
    const tagged: [string, Field][] = []
    for (const [key, field] of Object.entries(fields)) {
      const isTagged = field.options.tag !== undefined
      if (!isPresent(field, this.#version) || isTagged) lines.push(`let ${key} = ${defaultSource(field)}`)
      else lines.push(`const ${key} = ${this.#value(field)}`)
      if (isTagged && isPresent(field, this.#version)) tagged.push([key, field])
    }
    if (this.#flexible) lines.push(this.#tags(tagged))
    lines.push(`return { ${Object.keys(fields).join(', ')} }`)
    this.text += `function ${name}(r) {\n  ${lines.join('\n  ')}\n}\n`
    return name
  }

  #tags(tagged: [string, Field][]): string {
    if (tagged.length === 0) return 'r.skipTags()'
    const cases = tagged.map(([key, f]) => `case ${f.options.tag}: ${key} = ${this.#value(f)}; break`)
    return `for (let left = r.uvarint(); left > 0; left--) {
    const tag = r.uvarint(), size = r.uvarint(), end = r.offset + size
    switch (tag) { ${cases.join('; ')}; default: r.take(size) }
    r.endTag(end)
  }`
  }

  /** An expression that reads one value. */
  #value(field: Field): string {
    const nullable = isNullable(field, this.#version)
    if (field.kind === 'array') return `${this.#array(field, nullable)}(r)`
    if (field.kind === 'struct') {
      const read = `${this.struct(field.fields ?? {})}(r)`
      // a struct that may be null is preceded by one byte, negative for null
      return nullable ? `(r.int8() < 0 ? null : ${read})` : read
    }
    return `r.${methodName(field.kind, this.#flexible, nullable)}()`
  }

  #array(field: Field, nullable: boolean): string {
    const name = `a${this.#names++}`
    const item = this.#value(field.item as Field)
    const count = methodName('count', this.#flexible, nullable)
    this.text += `function ${name}(r) {
  const n = r.${count}()
  ${nullable ? 'if (n < 0) return null' : ''}
  const list = []
  for (let i = 0; i < n; i++) list.push(${item})
  return list
}\n`
    return name
  }
}

const sized = new Set(['string', 'bytes', 'records', 'count'])

function methodName(kind: string, flexible: boolean, nullable: boolean): string {
  if (!sized.has(kind)) return kind
  const prefix = `${flexible ? 'compact' : ''}${nullable ? 'Nullable' : ''}`
  if (prefix === '') return kind
  const name = prefix + kind.charAt(0).toUpperCase() + kind.slice(1)
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function defaultSource(field: Field): string {
  const value = scalarDefault(field)
  if (typeof value === 'bigint') return `${value}n`
  if (value !== undefined) return JSON.stringify(value)
  if (field.kind === 'array') return '[]'
  if (field.kind !== 'struct') return 'empty'
  const members = Object.entries(field.fields ?? {}).map(([key, f]) => `${key}: ${defaultSource(f)}`)
  return `{ ${members.join(', ')} }`
}
