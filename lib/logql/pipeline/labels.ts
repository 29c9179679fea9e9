/** What a label is: of the stream, beside the line (structured metadata), or out of the line. */
export type LabelCategory = 'stream' | 'structured' | 'parsed'
export type Labels = Readonly<Record<string, string>>

/** The labels that a line comes with. */
export interface BaseLabels {
  /** '' where there is none. */
  get(name: string): string
  has(name: string): boolean
  /** Whether it is beside the line: structured metadata. */
  isBeside(name: string): boolean
  all(): Iterable<readonly [name: string, value: string, category: LabelCategory]>
}

const errorLabel = '__error__'
const detailsLabel = '__error_details__'
/** Put behind the name of what a line has and its labels as well. */
const duplicateSuffix = '_extracted'

/**
 * The labels of one line while it goes through the stages. Source: Loki pkg/logql/log/labels.go and the LogQL documentation,
 * pipeline errors.
 */
export class LineLabels {
  error = ''
  errorDetails = ''
  timestampNs = 0n
  readonly #added = new Map<string, { value: string; category: LabelCategory }>()
  readonly #deleted = new Set<string>()
  /** All that was ever added, even if it is gone again. */
  readonly #written = new Set<string>()
  #base: BaseLabels = noLabels

  /** Begins with another line. */
  reset(base: BaseLabels, timestampNs: bigint): void {
    this.#base = base
    this.timestampNs = timestampNs
    this.error = this.errorDetails = ''
    this.#added.clear()
    this.#deleted.clear()
    this.#written.clear()
  }

  get hasError(): boolean {
    return this.error !== ''
  }

  /** The last of several counts; without details those of the one before stay. */
  fail(error: string, details: string): void {
    this.error = error
    if (details !== '') this.errorDetails = details
  }

  get(name: string): string {
    if (name === errorLabel) return this.error
    if (name === detailsLabel) return this.errorDetails
    const added = this.#added.get(name)
    if (added !== undefined) return added.value
    return this.#deleted.has(name) ? '' : this.#base.get(name)
  }

  has(name: string): boolean {
    if (name === errorLabel) return this.error !== ''
    if (name === detailsLabel) return this.errorDetails !== ''
    return this.#added.has(name) || (!this.#deleted.has(name) && this.#base.has(name))
  }

  /** A field of the line: under its own name, or another where the line came with that. The first of several counts. */
  extract(name: string, value: string): void {
    const own = this.#nameOfField(name, value)
    if (own !== '' && !this.#written.has(own)) this.set(own, value)
  }

  /** A field that was named: what was there before is written over. */
  choose(name: string, value: string): void {
    this.set(this.#nameOfField(name, value), value)
  }

  /** Whether an earlier stage made it. */
  isMade(name: string): boolean {
    return this.#written.has(name)
  }

  /** Whether the line came with it. */
  isGiven(name: string): boolean {
    if (!this.#base.has(name)) return false
    return !this.#base.isBeside(name) || !(this.#written.has(name) || this.#deleted.has(name))
  }

  #nameOfField(name: string, value: string): string {
    return name !== '' && this.isGiven(name) && !this.#isSame(name, value) ? name + duplicateSuffix : name
  }

  /** A field that was taken out of the line before it was stored is no other one. */
  #isSame(name: string, value: string): boolean {
    return this.#base.isBeside(name) && this.#base.get(name) === value
  }

  /** An empty value is one, too. What a line calls __error__ is no error. */
  set(name: string, value: string): void {
    this.#deleted.delete(name)
    this.#written.add(name)
    this.#added.set(name, { value, category: 'parsed' })
  }

  delete(name: string): void {
    if (name === errorLabel) this.error = ''
    else if (name === detailsLabel) this.errorDetails = ''
    else {
      this.#added.delete(name)
      this.#deleted.add(name)
    }
  }

  names(): string[] {
    return [...this.all()].map(([name]) => name)
  }

  *all(): Generator<readonly [name: string, value: string, category: LabelCategory]> {
    for (const [name, value, category] of this.#base.all())
      if (!this.#added.has(name) && !this.#deleted.has(name)) yield [name, value, category]
    for (const [name, { value, category }] of this.#added) yield [name, value, category]
    if (this.error !== '') yield [errorLabel, this.error, 'parsed']
    // details of an error that was dropped are not told of a line with nothing else to it, as in Loki
    const isTouched = this.#added.size > 0 || this.#deleted.size > 0 || this.error !== ''
    if (this.errorDetails !== '' && isTouched) yield [detailsLabel, this.errorDetails, 'parsed']
  }

  /** All of them as templates see them. */
  record(): Record<string, string> {
    const all: Record<string, string> = {}
    for (const [name, value] of this.all()) all[name] = value
    return all
  }
}

export const noLabels: BaseLabels = { get: () => '', has: () => false, isBeside: () => false, all: () => [] }

/** Labels that are known in full. */
export class KnownLabels implements BaseLabels {
  readonly #labels: ReadonlyMap<string, readonly [value: string, category: LabelCategory]>

  constructor(labels: ReadonlyMap<string, readonly [value: string, category: LabelCategory]>) {
    this.#labels = labels
  }

  get(name: string): string {
    return this.#labels.get(name)?.[0] ?? ''
  }

  has(name: string): boolean {
    return this.#labels.has(name)
  }

  isBeside(name: string): boolean {
    return this.#labels.get(name)?.[1] === 'structured'
  }

  *all(): Generator<readonly [string, string, LabelCategory]> {
    for (const [name, [value, category]] of this.#labels) yield [name, value, category]
  }
}

/**
 * A key as the name of a label. Source: Loki, sanitizeLabelKey.
 *
 * @example
 * labelOf('http.status-code') // => 'http_status_code'
 */
export function labelOf(key: string): string {
  const name = key.trim()
  const prefixed = /^\d/.test(name) ? `_${name}` : name
  return /^\w*$/.test(prefixed) ? prefixed : prefixed.replaceAll(/[^a-zA-Z0-9_]/gu, '_')
}
