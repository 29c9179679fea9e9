/** The words of the millrace call in a line, as a shell takes them, as far as examples need it. */
export function shellWords(line: string): string[] {
  const call = line.slice(line.indexOf('millrace '))
  const words: string[] = []
  for (const [, single, double, plain] of call.matchAll(/'([^']*)'|"([^"]*)"|([^\s'"]+)/g)) {
    const isEnd = plain !== undefined && /^(?:\||>|<|\)|&&|;)/.test(plain)
    if (isEnd) break
    words.push(single ?? double ?? (plain ?? '').replace(/\)$/, ''))
  }
  return words
}
