import { SeenParts } from './seen-parts.ts'

/** A shape of lines, and its id for conditions. */
export interface ShapeRow {
  shape: string
  id: string
}

/** Telling what more shapes may hold costs as much as putting each line together does. */
export const maxShapes = 256

/** How an answer of the engine shows bytes that are no UTF-8. */
const notUtf8 = '\ufffd'

/** The shapes of a tenant's lines that were seen so far, and the parts of the table that have no others. */
export class SeenShapes {
  rows: readonly ShapeRow[] = []
  parts = new SeenParts()
  /** Some have bytes that no answer shows. */
  #areUnreadable = false

  /** Several questions at once may each bring the same. */
  add(rows: readonly ShapeRow[]): void {
    const known = new Set(this.rows.map(({ id }) => id))
    this.rows = [...this.rows, ...rows.filter(({ id }) => !known.has(id))]
    if (rows.some(({ shape }) => shape.includes(notUtf8))) this.#areUnreadable = true
  }

  forget(): void {
    this.rows = []
    this.parts = new SeenParts()
    this.#areUnreadable = false
  }

  get areTooMany(): boolean {
    return this.rows.length > maxShapes
  }

  /** Undefined where they do not help. */
  get usable(): readonly ShapeRow[] | undefined {
    return this.areTooMany || this.#areUnreadable ? undefined : this.rows
  }
}
