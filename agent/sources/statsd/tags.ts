/** `a:b,c` of DogStatsD, `a=b;c=d` of Graphite: a tag without a value is true. */
export function tagsOf(text: string, separator: string, between: string): Record<string, string> {
  const pairs = text
    .split(separator)
    .filter(tag => tag !== '')
    .map(tag => {
      const at = tag.indexOf(between)
      return at < 0 ? ([tag, 'true'] as const) : ([tag.slice(0, at), tag.slice(at + 1)] as const)
    })
  return Object.fromEntries(pairs)
}
