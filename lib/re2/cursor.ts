import { Re2SyntaxError } from './syntax-error.ts'

/** A place in a pattern. Characters are code points. */
export class Cursor {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  get isEnd(): boolean {
    return this.at >= this.text.length
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.at)
  }

  /** Moves past a prefix, where it stands here. */
  takeIf(prefix: string): boolean {
    if (!this.startsWith(prefix)) return false
    this.at += prefix.length
    return true
  }

  /** What a sticky pattern finds here, moved past; undefined where it finds nothing. */
  match(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.at
    const found = sticky.exec(this.text)
    if (found === null) return undefined
    this.at += found[0].length
    return found
  }

  /** The code point here, moved past. */
  take(): number {
    const code = this.text.codePointAt(this.at) ?? 0
    this.at += code > 0xffff ? 2 : 1
    return code
  }

  error(reason: string, at: number, suggestion?: string): Re2SyntaxError {
    return new Re2SyntaxError(reason, at, suggestion)
  }
}
