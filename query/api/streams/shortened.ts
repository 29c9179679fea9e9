/** What a number, a truth value or a bracket takes. */
const itemChars = 8

/**
 * The beginning of a value of JSON, of so many characters at most: texts are cut, and lists and objects end early. What is left has
 * the form that the whole has.
 *
 * @example
 * shortened({ a: 'abc', b: 'defghijklmnop' }, 20) // => { value: { a: 'abc', b: 'de' }, isCut: true }
 */
export function shortened(whole: unknown, most: number): { value: unknown; isCut: boolean } {
  const budget = { left: most, isCut: false }
  return { value: taken(whole, budget), isCut: budget.isCut }
}

interface Budget {
  left: number
  isCut: boolean
}

function taken(part: unknown, budget: Budget): unknown {
  if (typeof part === 'string') return beginning(part, budget)
  budget.left -= itemChars
  if (part === null || typeof part !== 'object') return part
  if (isRaw(part)) return rawOf(part, budget)
  if (Array.isArray(part)) return [...whileLeft(part.entries(), budget)].map(([, item]) => item)
  return Object.fromEntries(whileLeft(Object.entries(part), budget))
}

function* whileLeft<K extends string | number>(
  entries: Iterable<[K, unknown]>,
  budget: Budget,
): Iterable<[K, unknown]> {
  for (const [key, item] of entries) {
    if (typeof key === 'string') budget.left -= key.length
    if (budget.left <= 0) {
      budget.isCut = true
      return
    }
    yield [key, taken(item, budget)]
  }
}

/** As parseRawJson leaves a number whose digits would change. Source: https://tc39.es/proposal-json-parse-with-source/ */
function isRaw(part: object): part is { rawJSON: string } {
  return (JSON as JSON & { isRawJSON(value: unknown): boolean }).isRawJSON(part)
}

/** A number as it was written; one that is too long is no number any more when it is cut. */
function rawOf(part: { rawJSON: string }, budget: Budget): unknown {
  if (part.rawJSON.length > budget.left) return beginning(part.rawJSON, budget)
  budget.left -= part.rawJSON.length
  return part
}

function beginning(text: string, budget: Budget): string {
  const kept = text.slice(0, Math.max(0, budget.left))
  if (kept.length < text.length) budget.isCut = true
  budget.left -= kept.length
  return kept
}
