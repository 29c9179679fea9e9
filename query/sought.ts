import { wordsOf } from '../lib/logql/index.ts'
import type { Re2 } from '../lib/re2/index.ts'

/** What a line filter looks for, as far as it tells where in a line it may stand. */
export interface Sought {
  /** Whether it may begin in the end of this text and go on into a value behind it, which may be one of digits alone. */
  mayLeave(text: string, isOfDigits: boolean): boolean
  /** Whether it may begin in a value and go on into this text behind it. */
  mayEnter(text: string, isOfDigits: boolean): boolean
  isIn(text: string): 'surely' | 'maybe' | 'never'
  /** What it is found in has a space. */
  hasSpace: boolean
  /** It may stand in a time or an id. */
  isOfDigits: boolean
  /** The exact test of a text, in SQL. */
  test(text: string): string
}

const wordCharacter = /[0-9A-Za-z\u0080-\uffff]/
/** Characters of times and of ids in hexadecimal digits. */
const ofDigits = /^[0-9a-f:-]*$/

/** A text as it is; `parameter` is how it is written in SQL. Undefined for one that may stand across the parts of `LineRest`. */
export function soughtText(needle: string, parameter: string): Sought | undefined {
  if (needle.includes('\0')) return undefined
  const inside = Array.from({ length: needle.length - 1 }, (_, i) => i + 1)
  return {
    mayLeave: (text, isOfDigits) =>
      inside.some(at => touches(needle.slice(0, at), text, endOf) && fits(needle.charAt(at), isOfDigits)),
    mayEnter: (text, isOfDigits) =>
      inside.some(at => touches(needle.slice(at), text, startOf) && fits(needle.charAt(at - 1), isOfDigits)),
    isIn: text => (text.includes(needle) ? 'surely' : 'never'),
    hasSpace: needle.includes(' '),
    isOfDigits: ofDigits.test(needle),
    test: text => `position(${text}, ${parameter}) > 0`,
  }
}

/**
 * A whole word as `wordsOf` has them, in lower case: a value's word at its edge is one of the line's where the text beside it is
 * none's. `parameter` is how it is written.
 */
export function soughtWord(word: string, parameter: string): Sought | undefined {
  const inText = soughtText(word, parameter)
  if (inText === undefined) return undefined
  const goesOn = (character: string, isOfDigits: boolean) =>
    wordCharacter.test(character) && (!isOfDigits || inText.isOfDigits)
  return {
    ...inText,
    mayLeave: (text, isOfDigits) =>
      goesOn(text.slice(-1), isOfDigits) || inText.mayLeave(loweredAscii(text), isOfDigits),
    mayEnter: (text, isOfDigits) =>
      goesOn(text.slice(0, 1), isOfDigits) || inText.mayEnter(loweredAscii(text), isOfDigits),
    isIn: text => (wordsOf(text).includes(word) ? 'surely' : 'never'),
    test: text => `hasTokenCaseInsensitive(${text}, ${parameter})`,
  }
}

/** Undefined for a pattern of whose matches too little is known. */
export function soughtPattern(regex: Re2, parameter: string): Sought | undefined {
  const takes = regex.takenCharacters()
  const texts = regex.requiredTexts()
  if (takes === undefined || texts.length === 0 || takes(0)) return undefined
  return {
    mayLeave: text => takes(text.charCodeAt(text.length - 1)),
    mayEnter: text => takes(text.charCodeAt(0)),
    isIn: text => (texts.every(required => loweredAscii(text).includes(required)) ? 'maybe' : 'never'),
    hasSpace: texts.some(text => text.includes(' ')),
    isOfDigits: texts.every(text => ofDigits.test(text)),
    test: text => `match(${text}, ${parameter})`,
  }
}

/** Whether a value may have the character at its edge. */
function fits(character: string, isOfDigits: boolean): boolean {
  return !isOfDigits || ofDigits.test(character)
}

/** ASCII letters in lower case. */
export function loweredAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, run => run.toLowerCase())
}

const endOf = (text: string, length: number): string => text.slice(text.length - length)
const startOf = (text: string, length: number): string => text.slice(0, length)

/** Whether two texts are the same as far as the shorter one goes, seen from one end. */
function touches(a: string, b: string, part: (text: string, length: number) => string): boolean {
  const length = Math.min(a.length, b.length)
  return part(a, length) === part(b, length)
}
