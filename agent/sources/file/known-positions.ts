import type { FilePosition } from './position.ts'
import { familyOf } from './rotation.ts'
import { keyOf } from './tracked-file.ts'

/** Positions that nobody follows by where to look for them, the latest first. Sorted when first asked. */
export class KnownPositions {
  readonly #latestFirst: readonly FilePosition[]
  #byKey: Map<string, FilePosition[]> | undefined
  #byFamily: Map<string, Set<FilePosition>> | undefined

  constructor(positions: readonly FilePosition[]) {
    this.#latestFirst = positions.toReversed()
  }

  withInode(entry: { device: string; inode: string }): readonly FilePosition[] {
    this.#byKey ??= Map.groupBy(this.#latestFirst, keyOf)
    return this.#byKey.get(keyOf(entry)) ?? []
  }

  /** Those whose content a rotation may have brought to a path of this family. */
  inFamily(family: readonly string[]): Set<FilePosition> {
    this.#byFamily ??= this.#sortByFamily()
    const found = new Set<FilePosition>()
    for (const path of family) for (const position of this.#byFamily.get(path) ?? []) found.add(position)
    return found
  }

  #sortByFamily(): Map<string, Set<FilePosition>> {
    const byFamily = new Map<string, Set<FilePosition>>()
    for (const position of this.#latestFirst)
      for (const path of new Set([position.source, position.path, position.target].flatMap(familyOf))) {
        const there = byFamily.get(path)
        if (there === undefined) byFamily.set(path, new Set([position]))
        else there.add(position)
      }
    return byFamily
  }
}
