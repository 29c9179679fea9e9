import { stripVTControlCharacters } from 'node:util'

/** What takes two cells in a terminal: East Asian wide characters and emoji (Unicode TR 11), as far as text has them. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/gu
/** What takes none: marks that join the character before. */
const none = /\p{Mn}|\u200b|\u200c|\u200d/gu

/** Cells that a text takes on a terminal, without the codes for its colours. */
export function widthOf(text: string): number {
  const shown = stripVTControlCharacters(text)
  if (/^[\u0020-\u007e]*$/.test(shown)) return shown.length
  const characters = [...shown].length
  return characters + (shown.match(wide)?.length ?? 0) - (shown.match(none)?.length ?? 0)
}

export function padTo(text: string, width: number, side: 'left' | 'right' = 'right'): string {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)))
  return side === 'left' ? gap + text : text + gap
}

/** A text of at most so many cells, with an ellipsis where something was cut. For text without colours. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let cells = 0
  let shown = ''
  for (const character of text) {
    const next = widthOf(character)
    if (cells + next > width - 1) break
    cells += next
    shown += character
  }
  return `${shown}…`
}

/** The same, cut in the middle: for names that begin alike, of which the end tells one from another. For text without colours. */
export function truncateMiddle(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  const headWidth = Math.max(1, Math.floor(width / 3))
  const tail: string[] = []
  let cells = 0
  for (const character of [...text].reverse()) {
    cells += widthOf(character)
    if (cells > width - headWidth) break
    tail.unshift(character)
  }
  return truncate(text, headWidth) + tail.join('')
}
