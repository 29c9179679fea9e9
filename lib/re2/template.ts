type Part = string | number

/**
 * What a match is replaced with, read once: `$1`, `${1}`, `$name` and `${name}` as in Go, `\1` as in RE2, `$$` and `\\`
 * for the signs themselves. A group that is not there is the empty text. As in Go, `$1x` is the group named `1x`.
 */
export class Template {
  readonly #parts: readonly Part[]

  constructor(text: string, groupNames: readonly (string | undefined)[]) {
    const parts: Part[] = []
    const reference = /\$(?:(\$)|(\w+)|\{(\w+)\})|\\(?:(\d)|(\\))/g
    let end = 0
    for (const found of text.matchAll(reference)) {
      const [all, dollar, plain, braced, digit, backslash] = found
      parts.push(text.slice(end, found.index))
      end = found.index + all.length
      const name = plain ?? braced ?? digit
      if (name === undefined) parts.push(dollar ?? backslash ?? '')
      else parts.push(/^\d+$/.test(name) ? Number(name) : groupNames.indexOf(name))
    }
    parts.push(text.slice(end))
    this.#parts = parts
  }

  /** `ends` of a match in `text`, as a Finder gives them. */
  expand(text: string, ends: Int32Array): string {
    let out = ''
    for (const part of this.#parts) out += typeof part === 'string' ? part : groupOf(text, ends, part)
    return out
  }
}

function groupOf(text: string, ends: Int32Array, group: number): string {
  const start = ends[group * 2] ?? -1
  return start < 0 ? '' : text.slice(start, ends[group * 2 + 1])
}
