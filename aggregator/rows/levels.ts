import { type LogRecordReader, levelOf, levels } from '../../lib/otlp/index.ts'
import type { LowCardinalityColumn } from '../native/low-cardinality.ts'

const levelOfNumber = Uint8Array.from({ length: 25 }, (_, number) => levels.indexOf(levelOf(number, '')))

/** The level of a record as a place among `levels`: by its number, else by its text. Hot: once per line. */
export class LevelFinder {
  /** Level of each entry of the texts' dictionary, once it was asked for. */
  #levelOfText: number[] = []

  clear(): void {
    this.#levelOfText = []
  }

  /** `texts` has the record's severity text as its last row. */
  find(
    { severityNumber, severityText }: LogRecordReader,
    request: Buffer,
    texts: LowCardinalityColumn,
  ): number {
    if (severityNumber >= 1 && severityNumber <= 24) return levelOfNumber[severityNumber] as number
    const text = texts.place(texts.rows - 1)
    const known = this.#levelOfText[text]
    if (known !== undefined) return known
    const level = levels.indexOf(levelOf(0, severityText.text(request)))
    this.#levelOfText[text] = level
    return level
  }
}
