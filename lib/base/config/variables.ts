const mark = '\uE000'
const filler = '\uE001'
const firstIndex = 0xe100
const maxVariables = 2048
const masks = /\uE000([\uE100-\uE8FF])\uE001*/g

/**
 * The `${NAME:-default}` of a YAML text. Braces mean something to YAML, so each is masked before parsing by a run of
 * private characters of the same length (every position in the file stays true) and put back scalar by scalar.
 */
export class Variables {
  readonly masked: string
  readonly #found: { name: string; fallback: string | undefined }[] = []

  constructor(text: string) {
    this.masked = text.replaceAll(
      /\$\{([A-Za-z_]\w*)(?::-([^}\n]*))?\}/g,
      (whole, name: string, fallback: string | undefined) => {
        if (this.#found.length === maxVariables) return whole
        this.#found.push({ name, fallback })
        const index = String.fromCharCode(firstIndex + this.#found.length - 1)
        return (mark + index).padEnd(whole.length, filler)
      },
    )
  }

  static anyIn(text: string): boolean {
    return text.includes(mark)
  }

  replace(text: string, value: (name: string, fallback: string | undefined) => string): string {
    return text.replaceAll(masks, (whole, index: string) => {
      const found = this.#found[index.charCodeAt(0) - firstIndex]
      return found === undefined ? whole : value(found.name, found.fallback)
    })
  }
}
