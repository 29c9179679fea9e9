import { OperatingError } from '../../base/index.ts'
import { compileReader, type ReadFunction } from './compile-reader.ts'
import { compileWriter, type WriteFunction } from './compile-writer.ts'
import type { Fields, InOf, OutOf } from './field.ts'
import type { Reader } from './reader.ts'
import type { Writer } from './writer.ts'

export interface MessageSpec<F extends Fields> {
  /** Valid versions, both included. */
  versions: readonly [number, number]
  /** First version with varint lengths and tagged fields (KIP-482); null: none. */
  flexible: number | null
  fields: F
}

/** One wire message in all its versions. */
export class Message<F extends Fields = Fields> {
  readonly name: string
  readonly minVersion: number
  readonly maxVersion: number
  readonly fields: F
  readonly #flexibleFrom: number
  readonly #readers: (ReadFunction | undefined)[] = []
  readonly #writers: (WriteFunction | undefined)[] = []

  constructor(name: string, spec: MessageSpec<F>) {
    this.name = name
    this.minVersion = spec.versions[0]
    this.maxVersion = spec.versions[1]
    this.#flexibleFrom = spec.flexible ?? Number.POSITIVE_INFINITY
    this.fields = spec.fields
  }

  isFlexible(version: number): boolean {
    return version >= this.#flexibleFrom
  }

  /** Errors: MALFORMED_MESSAGE, UNSUPPORTED_VERSION. */
  read(reader: Reader, version: number): OutOf<F> {
    const read = this.#readers[version] ?? this.#compileReader(version)
    return read(reader) as OutOf<F>
  }

  /** Errors: UNSUPPORTED_VERSION, also where the version cannot carry a value that must not be dropped. */
  write(writer: Writer, version: number, message: InOf<F>): void {
    const write = this.#writers[version] ?? this.#compileWriter(version)
    write(writer, message)
  }

  #compileReader(version: number): ReadFunction {
    this.#check(version)
    const read = compileReader(this.fields, version, this.isFlexible(version))
    this.#readers[version] = read
    return read
  }

  #compileWriter(version: number): WriteFunction {
    this.#check(version)
    const write = compileWriter(this.name, this.fields, version, this.isFlexible(version))
    this.#writers[version] = write
    return write
  }

  #check(version: number): void {
    if (version >= this.minVersion && version <= this.maxVersion) return
    const message = `${this.name} version ${version} is not known, only ${this.minVersion} to ${this.maxVersion}`
    throw new OperatingError('UNSUPPORTED_VERSION', message)
  }
}

/** What reading a message gives. */
export type Read<M> = M extends Message<infer F> ? OutOf<F> : never
/** What writing a message takes. */
export type Write<M> = M extends Message<infer F> ? InOf<F> : never
