import type { LabelName } from '../lib/logql/index.ts'
import { filePathKey, messageKeys } from '../lib/otlp/index.ts'
import type { ShapeRow } from './seen-shapes.ts'
import { loweredAscii, type Sought } from './sought.ts'

/** More attributes cost as much as putting each line together does. */
const maxKeys = 24
/** Of `specials` in aggregator/shapes/parts.ts: times, then the severity, then ids, then the message. */
const severitySpecial = 5
const messageSpecial = 8
const hidden = '~'
const spaced = ' '

/** One shape, taken apart: see aggregator/shapes/parts.ts. */
interface Shape {
  id: string
  /** The texts around the values, in their order. */
  texts: string[]
  /** Of each value, in their order: whether it is a part of a time, or an id. */
  areDigits: boolean[]
  hasSeverity: boolean
  hasMessage: boolean
  keys: { key: string; isSpaced: boolean; isPlaced: boolean }[]
}

/** The id of a row's shape: a shape itself has bytes that no parameter can carry. */
export const shapeId = 'sipHash64(LineShape)'

/** What is known of the lines that a query looks at. */
export interface KnownShapes {
  /** Whether a piece of a word, in lower case, stands in the text around values of any line. */
  hold(piece: string): boolean
  /**
   * Holds for exactly the lines with what is sought. Undefined where that takes the whole line, or where indexes leave so
   * little that this does no harm. `parameter` answers how a text is written in SQL.
   */
  condition(sought: Sought, parameter: (text: string) => string): string | undefined
  /** Keys of attributes that a name stands for, itself among them. Undefined where they are not known. */
  keysOf(name: LabelName): readonly string[] | undefined
  /** Holds for the lines of which the keys are not known, in SQL. */
  strangers: string
  /** Whether there are none. */
  areAllKnown: boolean
  /** Whether indexes leave few rows: only then what they tell is asked for, since it is looked up in each row that is found, too. */
  isIndexed: boolean
}

/** For what is found by the indexes alone. */
export const nothingKnown: KnownShapes = {
  hold: () => false,
  condition: () => undefined,
  keysOf: () => undefined,
  strangers: '1',
  areAllKnown: false,
  isIndexed: true,
}

/** For conditions on labels of which indexes leave much. */
export const unhinted: KnownShapes = { ...nothingKnown, isIndexed: false }

/**
 * All shapes of the lines of a range. They tell where in a line a text may stand: whether only within a value, and of
 * which attributes, so that these alone are read and no line is put together.
 */
export class LineShapes implements KnownShapes {
  readonly #shapes: readonly Shape[]
  readonly #lowered: readonly string[]
  readonly isIndexed: boolean
  readonly areAllKnown: boolean

  constructor(rows: readonly ShapeRow[], isIndexed: boolean) {
    this.isIndexed = isIndexed
    this.areAllKnown = rows.every(row => row.shape !== '')
    this.#shapes = rows.filter(row => row.shape !== '').map(shapeOf)
    this.#lowered = rows.map(row => loweredAscii(row.shape))
  }

  hold(piece: string): boolean {
    return this.#lowered.some(shape => shape.includes(piece))
  }

  get strangers(): string {
    return `${shapeId} NOT IN (${this.#shapes.map(({ id }) => id).join(', ')})`
  }

  keysOf(name: LabelName): readonly string[] | undefined {
    if (this.#shapes.length === 0) return undefined
    const keys = [
      ...messageKeys,
      filePathKey,
      ...this.#shapes.flatMap(shape => shape.keys.map(({ key }) => key)),
    ]
    return [...new Set([name.text, ...keys.filter(key => name.standsFor(key))])]
  }

  condition(sought: Sought, parameter: (text: string) => string): string | undefined {
    const shapes = this.#shapes
    if (this.isIndexed || shapes.some(shape => isAcross(shape, sought))) return undefined
    const keys = [...new Set(shapes.flatMap(shape => keysWith(shape, sought)))]
    if (keys.length > maxKeys) return undefined
    const isOneOf = (some: readonly Shape[]) => `${shapeId} IN (${some.map(({ id }) => id).join(', ')})`
    const around = shapes.filter(({ texts }) => texts.some(text => sought.isIn(text) === 'surely'))
    const ofAttribute = (key: string): string => {
      const test = sought.test(`LogAttributes[${parameter(key)}]`)
      const others = shapes.filter(shape => hides(shape, key))
      return others.length === 0 ? test : `(NOT ${isOneOf(others)} AND ${test})`
    }
    const inColumn = (some: readonly Shape[], column: string) =>
      some.length === 0 ? [] : [`(${isOneOf(some)} AND ${sought.test(column)})`]
    const values = [
      ...inColumn(
        shapes.filter(({ hasMessage }) => hasMessage),
        'MessageText',
      ),
      ...keys.map(ofAttribute),
      ...inColumn(
        shapes.filter(({ hasSeverity }) => hasSeverity),
        'SeverityText',
      ),
    ]
    const parts = [
      // of a line kept whole, or of what stands in no column: parts are separated by NUL, which is in no line
      sought.test('LineRest'),
      ...(around.length === 0 ? [] : [isOneOf(around)]),
      ...(values.length === 0 ? [] : [`(${isOneOf(shapes)} AND (${values.join(' OR ')}))`]),
    ]
    return `(${parts.join(' OR ')})`
  }
}

function shapeOf({ shape, id }: { shape: string; id: string }): Shape {
  const [order = '', ...pieces] = shape.split('\0')
  const places = [...order]
  const keys = (pieces.pop() ?? '').split('\x01').filter(key => key !== '')
  const isPlaced = (at: number) => places[at] !== undefined && places[at] !== hidden
  const specialsAt = pieces.length + 2
  const isDigits = (at: number) =>
    at >= specialsAt && at < specialsAt + messageSpecial && at !== specialsAt + severitySpecial
  const placed = places.flatMap((place, at) => (place === hidden ? [] : [{ place, at }]))
  const inOrder = placed.toSorted((a, b) => a.place.charCodeAt(0) - b.place.charCodeAt(0))
  const keysAt = places.length - keys.length
  return {
    id,
    texts: pieces,
    // texts and values alternate
    areDigits: inOrder.filter((_, i) => i % 2 === 1).map(({ at }) => isDigits(at)),
    hasSeverity: isPlaced(specialsAt + severitySpecial),
    hasMessage: isPlaced(specialsAt + messageSpecial),
    keys: keys.map((key, i) => ({
      key: key.slice(1),
      isSpaced: key.startsWith(spaced),
      isPlaced: isPlaced(keysAt + i),
    })),
  }
}

/** Whether it may stand in more than one part of a line of this shape, or in a part that is not told of here. */
function isAcross({ texts, areDigits }: Shape, sought: Sought): boolean {
  const last = texts.length - 1
  if (sought.isOfDigits && areDigits.includes(true)) return true
  return texts.some((text, i) => {
    // two values side by side
    if (text === '') return i > 0 && i < last
    return (
      sought.isIn(text) === 'maybe' ||
      (i < last && sought.mayLeave(text, areDigits[i] === true)) ||
      (i > 0 && sought.mayEnter(text, areDigits[i - 1] === true))
    )
  })
}

function keysWith({ keys }: Shape, { hasSpace }: Sought): string[] {
  return keys.filter(({ isPlaced, isSpaced }) => isPlaced && (isSpaced || !hasSpace)).map(({ key }) => key)
}

/** Whether lines of this shape have an attribute that their text does not show as it is. */
function hides({ keys }: Shape, key: string): boolean {
  return keys.some(one => one.key === key && !one.isPlaced)
}
