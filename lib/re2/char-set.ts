/** Code points from and to, both inclusive. */
export type Range = readonly [number, number]

/** `\p{name}`, or `\P{name}` where negated. */
export interface UnicodeClass {
  name: string
  negated: boolean
}

/** Characters that one place of a pattern takes. */
export interface CharSet {
  /** Sorted, apart from each other; case variants of ASCII letters are in it already. */
  ranges: readonly Range[]
  unicode: readonly UnicodeClass[]
  /** Everything but what is named. */
  negated: boolean
  /** Case variants beyond ASCII belong to it too. */
  fold: boolean
}

export const maxCodePoint = 0x10ffff
const newline = 0x0a

export const anyChar: CharSet = { ranges: [[0, maxCodePoint]], unicode: [], negated: false, fold: false }
export const anyButNewline: CharSet = {
  ranges: [[newline, newline]],
  unicode: [],
  negated: true,
  fold: false,
}

/** The set of some ranges, `ignoreCase` with the other cases of their letters. */
export function charSet(ranges: readonly Range[], ignoreCase = false): CharSet {
  const fold = ignoreCase && ranges.some(([, high]) => high > 0x7f)
  return {
    ranges: normalize(ignoreCase ? withAsciiCases(ranges) : ranges),
    unicode: [],
    negated: false,
    fold,
  }
}

export function isAny(set: CharSet): boolean {
  const [first] = set.ranges
  return !set.negated && first !== undefined && first[0] === 0 && first[1] === maxCodePoint
}

/** Sorted, and joined where they touch. */
export function normalize(ranges: readonly Range[]): Range[] {
  const sorted = ranges.toSorted((a, b) => a[0] - b[0])
  const joined: [number, number][] = []
  for (const [low, high] of sorted) {
    const last = joined.at(-1)
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high)
    else joined.push([low, high])
  }
  return joined
}

/** All code points but these; the ranges are normalized. */
export function complement(ranges: readonly Range[]): Range[] {
  const rest: Range[] = []
  let next = 0
  for (const [low, high] of ranges) {
    if (low > next) rest.push([next, low - 1])
    next = high + 1
  }
  if (next <= maxCodePoint) rest.push([next, maxCodePoint])
  return rest
}

/** The long s and the Kelvin sign are the only characters beyond ASCII that have an ASCII letter as another case. */
const beyondAscii: ReadonlyMap<number, number> = new Map([
  [0x73, 0x17f],
  [0x6b, 0x212a],
])

/** With the other cases of the ASCII letters in it, and of the two characters that are cases of ASCII letters. */
export function withAsciiCases(ranges: readonly Range[]): Range[] {
  const wider = [...ranges]
  for (let lower = 0x61; lower <= 0x7a; lower++) {
    const upper = lower - 32
    const other = beyondAscii.get(lower) ?? lower
    if (!holds(ranges, lower) && !holds(ranges, upper) && !holds(ranges, other)) continue
    wider.push([lower, lower], [upper, upper], [other, other])
  }
  return wider
}

function holds(ranges: readonly Range[], code: number): boolean {
  return ranges.some(([low, high]) => code >= low && code <= high)
}

/** Which ASCII characters are in a set; exact. */
export function asciiOf(set: CharSet): boolean[] {
  const tests = set.unicode.map(({ name, negated }) => ({ pattern: unicodePattern(name), negated }))
  return Array.from({ length: 128 }, (_, code) => {
    const text = String.fromCharCode(code)
    const inUnicode = tests.some(({ pattern, negated }) => pattern.test(text) !== negated)
    const folded = set.fold && set.unicode.length > 0
    // with other cases of a Unicode class, any letter may be in: asked only whether sets are apart
    const isLetter = folded && /[a-z]/i.test(text)
    return (holds(set.ranges, code) || inUnicode || isLetter) !== set.negated
  })
}

/** Whether any character beyond ASCII may be in it. */
export function reachesBeyondAscii(set: CharSet): boolean {
  return set.negated || set.unicode.length > 0 || set.fold || (set.ranges.at(-1)?.[1] ?? 0) > 0x7f
}

/** True only where no character is in both: may say false of sets that are apart beyond ASCII. */
export function areDisjoint(a: CharSet, b: CharSet): boolean {
  if (reachesBeyondAscii(a) && reachesBeyondAscii(b)) return false
  const inA = asciiOf(a)
  const inB = asciiOf(b)
  return !inA.some((isIn, code) => isIn && inB[code])
}

/** The categories of `C` that RE2 knows: unassigned code points are in none. */
const otherCategories = ['Cc', 'Cf', 'Co', 'Cs']

/** A Unicode class in JavaScript's words: `\p{Lu}`, `\p{Script=Greek}`; several for `C`. */
export function unicodeEscapes({ name, negated }: UnicodeClass): string[] | undefined {
  if (name === 'C') return negated ? undefined : otherCategories.map(category => `\\p{${category}}`)
  const property = name.length <= 2 ? name : `Script=${name}`
  return [`\\${negated ? 'P' : 'p'}{${property}}`]
}

function unicodePattern(name: string): RegExp {
  const escapes = unicodeEscapes({ name, negated: false }) ?? []
  return new RegExp(`[${escapes.join('')}]`, 'u')
}
