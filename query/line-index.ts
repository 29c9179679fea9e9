import { loweredAscii } from './sought.ts'

/** How an index is asked for a piece of a line; `parameter` answers how a text is written in SQL. */
type Parameter = (text: string) => string

/** What of lines is known beforehand. */
interface Known {
  hold(piece: string): boolean
}

/** A run of word bytes of a needle. It may be part of a longer word of the line where it stands at the needle's edge. */
interface Piece {
  text: string
  isWhole: boolean
  /** A fraction of a second follows a dot or a comma; without one before it, a number of five digits is in no time. */
  isInNoTime?: boolean
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
 * Conditions that hold for every line with what is sought in it, by which indexes leave granules out and rows are left out
 * before their line is put together. Beside them the exact test is needed.
 */
export interface LineConditions {
  /** Told by looking for texts. */
  texts: string[]
  /** Told by words, which takes longer than putting the line together. */
  words: string[]
}

export function needleConditions(needle: string, parameter: Parameter, shapes?: Known): LineConditions {
  return conditionsOf(piecesOf(needle), parameter, shapes)
}

/** The same for whole words of the line. */
export function wordConditions(
  words: readonly string[],
  parameter: Parameter,
  shapes?: Known,
): LineConditions {
  return conditionsOf(
    words.map(text => ({ text, isWhole: true })),
    parameter,
    shapes,
  )
}

/** Telling words from one another costs more than looking for a text, so the longest are asked for. */
const maxWords = 2
const maxPieces = 8

function conditionsOf(
  given: readonly Piece[],
  parameter: Parameter,
  shapes: Known | undefined,
): LineConditions {
  const pieces = shapes === undefined ? given : given.filter(({ text }) => !shapes.hold(text))
  const known = pieces.filter(isKnown).toSorted((a, b) => b.text.length - a.text.length)
  const words = known.filter(piece => piece.isWhole).slice(0, maxWords)
  const conditions = known.slice(0, maxPieces).flatMap(piece => textCondition(piece, parameter, shapes))
  return {
    texts: [...conditions, ...idConditions(pieces, parameter, shapes)],
    words: words.map(piece => either(`has(LineWords, ${parameter(piece.text)})`, piece, parameter, shapes)),
  }
}

/** For a value of the line's attributes or of its resource's. */
export function valueCondition(value: string, parameter: Parameter): string | undefined {
  const found = [...loweredAscii(value).matchAll(wordRuns)].map(run => run[0])
  if (!found.some(word => word.length >= minWordLength)) return undefined
  const words = found.map(word => parameter(word))
  return `(hasAll(LineWords, [${words.join(', ')}]) OR has(mapValues(ResourceAttributes), ${parameter(value)}))`
}

/** Shorter ones stand in about every granule: telling words from one another then costs and leaves nothing out. */
const minWordLength = 4

/**
 * For an attribute in whose value these texts stand, ASCII letters in lower case. What the resource says is in no index over
 * texts, but whether it has the key at all is in one.
 */
export function partsCondition(
  texts: readonly string[],
  key: string,
  parameter: Parameter,
): string | undefined {
  const parts = texts.flatMap(text => text.split(likeSigns)).filter(part => part.length >= minPieceLength)
  if (parts.length === 0) return undefined
  const longest = parts.toSorted((a, b) => b.length - a.length).slice(0, maxPieces)
  const ofLine = longest.map(part => `LineText LIKE ${parameter(`%${part}%`)}`).join(' AND ')
  return `((${ofLine}) OR has(mapKeys(ResourceAttributes), ${parameter(key)}))`
}

/** What means something in LIKE. */
const likeSigns = /[%_\\]/

const wordRuns = /[a-z0-9\u0080-\u{10ffff}]+/gu

function piecesOf(needle: string): Piece[] {
  const lower = loweredAscii(needle)
  return [...lower.matchAll(wordRuns)].map(run => ({
    text: run[0],
    isWhole: run.index > 0 && run.index + run[0].length < lower.length,
    isInNoTime: run.index > 0 && !/[.,]/.test(lower.charAt(run.index - 1)) && /^\d{5}/.test(run[0]),
  }))
}

/** Whether the indexes over values tell of it: what of a line is in neither is its shape, its time and its ids. */
function isKnown(piece: Piece): boolean {
  const { text, isWhole } = piece
  return !mayBeOfTime(piece) && (traceIdWord.test(text) || !(isWhole ? idWord : idPiece).test(text))
}

function mayBeOfTime({ text, isWhole, isInNoTime = false }: Piece): boolean {
  return !isInNoTime && (isWhole ? timeWord : timePiece).test(text)
}

function textCondition(piece: Piece, parameter: Parameter, shapes: Known | undefined): string[] {
  if (piece.text.length < minPieceLength) return []
  return [either(`LineText LIKE ${parameter(`%${piece.text}%`)}`, piece, parameter, shapes)]
}

function either(condition: string, { text }: Piece, parameter: Parameter, shapes: Known | undefined): string {
  const piece = parameter(text)
  const trace = traceIdWord.test(text) ? [`TraceId = ${piece}`] : []
  return `(${[condition, ...inShapes(piece, shapes), ...trace].join(' OR ')})`
}

/** No index tells of a piece that may be of an id, but rows without it need not be put together. */
function idConditions(pieces: readonly Piece[], parameter: Parameter, shapes: Known | undefined): string[] {
  const [longest] = pieces
    .filter(piece => !isKnown(piece) && !mayBeOfTime(piece))
    .toSorted((a, b) => b.text.length - a.text.length)
  if (longest === undefined || longest.text.length < minPieceLength) return []
  const piece = parameter(longest.text)
  const places = [`position(TraceId, ${piece}) > 0`, `position(SpanId, ${piece}) > 0`]
  return [
    `(${[`LineText LIKE ${parameter(`%${longest.text}%`)}`, ...inShapes(piece, shapes), ...places].join(' OR ')})`,
  ]
}

/** Where shapes are not known: a constant of the query. Few distinct ones are looked through, by their own index. */
function inShapes(piece: string, shapes: Known | undefined): string[] {
  if (shapes !== undefined) return []
  return [
    `(SELECT count() > 0 FROM (SELECT 1 FROM otel_logs WHERE position(lower(LineShape), ${piece}) > 0 LIMIT 1))`,
  ]
}
