import type { LabelName } from './label-name.ts'

/** A text to look for in lines, as text and as bytes. */
export class Needle {
  readonly text: string
  readonly bytes: Buffer

  constructor(text: string) {
    this.text = text
    this.bytes = Buffer.from(text)
  }
}

/** A log record as a query sees it. Whoever has one need not make more of it than is asked for. */
export interface LogView {
  /** The value of a label; '' where the record has none. */
  label(name: LabelName): string
  /** The line. */
  line(): string
  /** Whether the line holds a text. */
  includes(needle: Needle): boolean
}
