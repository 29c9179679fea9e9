/** A part of a table: which inserts its rows came with, by the numbers of their blocks within a partition. */
export interface Part {
  name: string
  partition: string
  from: number
  to: number
  rows: number
}

interface Blocks {
  from: number
  to: number
}

/**
 * Which parts of a table have been looked at. Rows are never changed and merged parts have no rows but those of the parts
 * that they were made of, so what was true of these holds for a merged one.
 *
 * @example
 * const seen = new SeenParts()
 * seen.add({ name: '20260101_1_2_1', partition: '20260101', from: 1, to: 2, rows: 10 })
 * seen.add({ name: '20260101_3_3_0', partition: '20260101', from: 3, to: 3, rows: 5 })
 * seen.has({ name: '20260101_1_3_2', partition: '20260101', from: 1, to: 3, rows: 15 }) // => true
 * seen.has({ name: '20260101_4_4_0', partition: '20260101', from: 4, to: 4, rows: 5 }) // => false
 */
export class SeenParts {
  /** In order, none touching the next. */
  readonly #byPartition = new Map<string, readonly Blocks[]>()

  has({ partition, from, to }: Part): boolean {
    return (this.#byPartition.get(partition) ?? []).some(blocks => blocks.from <= from && to <= blocks.to)
  }

  add({ partition, from, to }: Part): void {
    const known = this.#byPartition.get(partition) ?? []
    const touching = known.filter(blocks => blocks.from <= to + 1 && from <= blocks.to + 1)
    const apart = known.filter(blocks => !touching.includes(blocks))
    const joined = {
      from: Math.min(from, ...touching.map(blocks => blocks.from)),
      to: Math.max(to, ...touching.map(blocks => blocks.to)),
    }
    this.#byPartition.set(
      partition,
      [...apart, joined].toSorted((a, b) => a.from - b.from),
    )
  }
}
