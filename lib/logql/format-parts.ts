/** In bytes of UTF-8. */
const maxLineLength = 100

export function indented(level: number, text: string): string {
  return '  '.repeat(level) + text
}

export function isLong(text: string): boolean {
  return Buffer.byteLength(text) > maxLineLength
}

/** As many as fit on the first line, with a line for each other. */
export function filled(parts: readonly string[]): string[] {
  let fitting = parts.length
  while (fitting > 1 && isLong(parts.slice(0, fitting).join(' '))) fitting--
  return parts.length === 0 ? [] : [parts.slice(0, fitting).join(' '), ...parts.slice(fitting)]
}

/** On one line, or the first with a line for each other below it. */
export function fitted(parts: readonly string[], level: number): string {
  const flat = parts.join(' ')
  return isLong(flat) ? split(parts, level) : indented(level, flat)
}

export function split([first = '', ...rest]: readonly string[], level: number): string {
  return [indented(level, first), ...rest.map(part => indented(level + 1, part))].join('\n')
}
