/** How an index is asked for a piece of a line; `parameter` answers how a text is written in SQL. */
type Parameter = (text: string) => string

/** A run of word bytes of a needle. It may be part of a longer word of the line where it stands at the needle's edge. */
interface Piece {
  text: string
  isWhole: boolean
}

/** The index over texts knows sequences of so many characters. */
const minPieceLength = 3

/**
 * Words that may lie in the line's time, which no index holds: `2026`, `01`, `01T10`, `30`, `30Z`, `123`, `123Z`. Where the
 * aggregator takes a time out of a line (aggregator/shapes/values.ts) it makes sure that there are no others.
 */
const timeWord = /^(?:\d{2}|\d{4}|\d{2}t\d{2}|\d{2}z|(?:\d{3}){1,3}z?)$/
const timePiece = /^\d{0,9}[tz]?\d{0,2}$/
const idWord = /^(?:[0-9a-f]{16}|[0-9a-f]{32})$/
const idPiece = /^[0-9a-f]{1,32}$/
const traceIdWord = /^[0-9a-f]{32}$/

/**
 * Conditions that hold for every line with the needle in it, by which indexes leave granules out. Beside them the exact test is needed.
 * None where the needle has no word that an index knows.
 */
export function needleConditions(needle: string, parameter: Parameter): string[] {
  return piecesOf(needle).flatMap(piece => pieceCondition(piece, parameter))
}

/** The same for whole words of the line. */
export function wordConditions(words: readonly string[], parameter: Parameter): string[] {
  return words.flatMap(text => pieceCondition({ text, isWhole: true }, parameter))
}

/** For a value of the line's attributes or of its resource's. */
export function valueCondition(value: string, parameter: Parameter): string | undefined {
  const words = [...lowered(value).matchAll(wordRuns)].map(run => parameter(run[0]))
  if (words.length === 0) return undefined
  return `(hasAll(LineWords, [${words.join(', ')}]) OR has(mapValues(ResourceAttributes), ${parameter(value)}))`
}

const wordRuns = /[a-z0-9\u0080-\u{10ffff}]+/gu

function lowered(text: string): string {
  return text.replaceAll(/[A-Z]+/g, run => run.toLowerCase())
}

function piecesOf(needle: string): Piece[] {
  const lower = lowered(needle)
  return [...lower.matchAll(wordRuns)].map(run => ({
    text: run[0],
    isWhole: run.index > 0 && run.index + run[0].length < lower.length,
  }))
}

/** What of a line is in neither index are its shape, its time and its ids. */
function pieceCondition({ text, isWhole }: Piece, parameter: Parameter): string[] {
  if ((isWhole ? timeWord : timePiece).test(text)) return []
  const isTraceId = traceIdWord.test(text)
  if (!isTraceId && (isWhole ? idWord : idPiece).test(text)) return []
  const piece = parameter(text)
  const elsewhere = [`${isInShapes(piece)}`, ...(isTraceId ? [`TraceId = ${piece}`] : [])]
  const conditions: string[] = []
  if (text.length >= minPieceLength) conditions.push(`LineText LIKE ${parameter(`%${text}%`)}`)
  if (isWhole) conditions.push(`has(LineWords, ${piece})`)
  return conditions.map(condition => `(${[condition, ...elsewhere].join(' OR ')})`)
}

/** A constant of the query: few distinct shapes are looked through, by their own index. */
function isInShapes(piece: string): string {
  return `(SELECT count() > 0 FROM (SELECT 1 FROM otel_logs WHERE position(lower(LineShape), ${piece}) > 0 LIMIT 1))`
}
