/** Stands before a number that is a text for a moment: nothing that is written by hand begins so. */
const mark = '\u0000number '
const markedText = /"\\u0000number ([^"]*)"/g
/** Texts, to pass over what stands in them, and numbers. */
const texts = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/gs

/** A number as it was written, where a double would be written otherwise. */
export class WrittenNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toJSON(): string {
    return mark + this.text
  }
}

/** JSON.parse that changes no number, in any browser: one that a double would write otherwise is kept as it stands there. */
export function parseExact(text: string): unknown {
  // most texts have no such number, and are read once
  if (!/[\d.]{16}|\d[eE][-+]?\d|\.\d*0(?!\d)|0\.000000|-0/.test(text)) return JSON.parse(text)
  const marked = text.replace(texts, part =>
    part.startsWith('"') || String(Number(part)) === part
      ? part
      : `"${JSON.stringify(mark).slice(1, -1)}${part}"`,
  )
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'string' && value.startsWith(mark) ? new WrittenNumber(value.slice(mark.length)) : value,
  )
}

/** JSON.stringify that writes numbers as they were. */
export function stringifyExact(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(markedText, '$1')
}
