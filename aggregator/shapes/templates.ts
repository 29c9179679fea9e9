import type { LineTemplate } from './template.ts'

/** Lines of one application have few forms; those of further ones are taken apart each for itself. */
const maxKeySets = 1024
/** Forms of lines with the same keys that are tried: the last ones. */
const maxTried = 2

/** The forms of the lines of one block, by the hash of their attributes' keys. */
export class LineTemplates {
  readonly #byKeys = new Map<number, LineTemplate[]>()

  of(hash: number): readonly LineTemplate[] {
    return this.#byKeys.get(hash) ?? none
  }

  add(hash: number, template: LineTemplate): void {
    const known = this.#byKeys.get(hash)
    if (known === undefined) {
      if (this.#byKeys.size < maxKeySets) this.#byKeys.set(hash, [template])
      return
    }
    known.unshift(template)
    if (known.length > maxTried) known.pop()
  }

  clear(): void {
    this.#byKeys.clear()
  }
}

const none: readonly LineTemplate[] = []
