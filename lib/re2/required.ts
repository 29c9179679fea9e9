import type { CharSet } from './char-set.ts'
import type { Node } from './node.ts'

/**
 * Texts that every match has in it, ASCII letters in lower case: runs of single characters that stand behind one another
 * whatever is chosen elsewhere. Letters of either case count as the lower one.
 */
export function requiredTexts(node: Node): string[] {
  const runs = new Runs()
  runs.visit(node)
  runs.end()
  return runs.texts
}

class Runs {
  readonly texts: string[] = []
  #run = ''

  visit(node: Node): void {
    if (node.kind === 'concat') for (const part of node.parts) this.visit(part)
    else if (node.kind === 'group') this.visit(node.body)
    else if (node.kind === 'chars') this.#chars(node.set)
    else if (node.kind !== 'assert') this.#broken(node)
  }

  end(): void {
    if (this.#run !== '') this.texts.push(this.#run)
    this.#run = ''
  }

  #chars(set: CharSet): void {
    const character = single(set)
    if (character === undefined) this.end()
    else this.#run += character
  }

  /** What may be there in several ways; a body that is there at least once has its own texts. */
  #broken(node: Node): void {
    this.end()
    if (node.kind === 'repeat' && node.min > 0) this.visit(node.body)
    this.end()
  }
}

function single({ ranges, unicode, negated, fold }: CharSet): string | undefined {
  if (negated || fold || unicode.length > 0) return undefined
  const [first, second, ...others] = ranges
  if (first === undefined || others.length > 0 || first[0] !== first[1]) return undefined
  if (second === undefined) return lower(first[0])
  const isOtherCase = second[0] === second[1] && second[0] === first[0] + 32 && isUpper(first[0])
  return isOtherCase ? String.fromCodePoint(second[0]) : undefined
}

function lower(code: number): string {
  return String.fromCodePoint(isUpper(code) ? code + 32 : code)
}

function isUpper(code: number): boolean {
  return code >= 0x41 && code <= 0x5a
}
