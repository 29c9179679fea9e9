/** What was left out of panels that were taken: what many of them have is said once. */
export class LeftOut {
  readonly #byKind = new Map<string, { panels: Set<string>; first: string }>()

  add(panel: string, left: readonly string[]): void {
    for (const what of left) {
      const kind = what.replace(/ of .*/s, '')
      const known = this.#byKind.get(kind) ?? { panels: new Set(), first: what }
      this.#byKind.set(kind, known)
      known.panels.add(panel)
    }
  }

  said(): string[] {
    return [...this.#byKind].map(([kind, { panels, first }]) => {
      const [panel] = panels
      return panels.size === 1
        ? `of panel ${panel}: ${first}`
        : `of ${panels.size} panels, as ${panel}: ${kind}`
    })
  }
}
