/** Names that are no longer are read at a glance. */
const shortChars = 32

/**
 * Names of series for a small place: of long ones what all have alike is left out, and of labels those come first of which there are
 * the most values, so that what is cut is what tells least apart.
 *
 * @example
 * shortNames(['up{job="x", path="/one"}', 'up{job="x", path="/two"}']) // => ['path="/one"', 'path="/two"'], were they longer
 */
export function shortNames(names: readonly string[]): string[] {
  if (names.length < 2 || names.every(name => name.length <= shortChars)) return [...names]
  const labels = names.map(labelsOf)
  return labels.every(found => found !== undefined) ? byDifference(labels) : names.map(middleOf(names))
}

interface Labelled {
  /** What stands before the braces. */
  head: string
  pairs: string[]
}

/** `name{a="x", b="y"}` in its parts; undefined for what is written otherwise. */
function labelsOf(name: string): Labelled | undefined {
  const [, head, inner] = /^([^{]*)\{(.*)\}$/s.exec(name) ?? []
  if (head === undefined || inner === undefined) return undefined
  const pairs = [...inner.matchAll(/[\w.]+="(?:[^"\\]|\\.)*"/g)].map(([pair]) => pair)
  return pairs.join(', ') === inner ? { head, pairs } : undefined
}

function byDifference(all: readonly Labelled[]): string[] {
  const labelOf = (pair: string) => pair.slice(0, pair.indexOf('='))
  const values = new Map<string, Set<string>>()
  const count = new Map<string, number>()
  for (const pair of all.flatMap(({ pairs }) => pairs)) {
    const label = labelOf(pair)
    values.set(label, (values.get(label) ?? new Set()).add(pair))
    count.set(label, (count.get(label) ?? 0) + 1)
  }
  const different = (pair: string) => values.get(labelOf(pair))?.size ?? 0
  const isCommon = (pair: string) => different(pair) === 1 && count.get(labelOf(pair)) === all.length
  const isHeadCommon = all.every(({ head }) => head === all[0]?.head)
  return all.map(({ head, pairs }) => {
    const telling = pairs.filter(pair => !isCommon(pair)).sort((a, b) => different(b) - different(a))
    const text = telling.join(', ')
    if (!isHeadCommon) return text === '' ? head : `${head}{${text}}`
    return text === '' ? `${head}{${pairs.join(', ')}}` : text
  })
}

/** Without the words that all begin or end with. */
function middleOf(names: readonly string[]): (name: string) => string {
  const words = names.map(name => name.split(/(?<=[\s,/|·])/))
  const [first = []] = words
  const shortest = Math.min(...words.map(({ length }) => length))
  const isAlike = (at: (of: string[]) => string | undefined) => words.every(own => at(own) === at(first))
  let begin = 0
  while (begin < shortest - 1 && isAlike(own => own[begin])) begin++
  let end = 0
  while (end < shortest - 1 - begin && isAlike(own => own[own.length - 1 - end])) end++
  return name => {
    const own = name.split(/(?<=[\s,/|·])/)
    const kept = own
      .slice(begin, own.length - end)
      .join('')
      .trim()
    return `${begin > 0 ? '…' : ''}${kept}${end > 0 ? '…' : ''}`
  }
}
