import type { FilePosition } from './position.ts'
import { keyOf } from './tracked-file.ts'

/** The durable positions by where to look for them, the latest first. */
export class KnownPositions {
  readonly #byKey: Map<string, FilePosition[]>
  readonly #byPath = new Map<string, FilePosition[]>()

  constructor(positions: readonly FilePosition[]) {
    const latestFirst = positions.toReversed()
    this.#byKey = Map.groupBy(latestFirst, keyOf)
    for (const position of latestFirst)
      for (const path of new Set([position.source, position.path, position.target]))
        if (path !== '') this.#add(path, position)
  }

  withInode(entry: { device: string; inode: string }): readonly FilePosition[] {
    return this.#byKey.get(keyOf(entry)) ?? []
  }

  /** Those that were seen at a path, or behind a link that leads there. */
  at(path: string): readonly FilePosition[] {
    return this.#byPath.get(path) ?? []
  }

  #add(path: string, position: FilePosition): void {
    const there = this.#byPath.get(path)
    if (there === undefined) this.#byPath.set(path, [position])
    else there.push(position)
  }
}
