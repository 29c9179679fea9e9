import { SeverityFinder } from '../../../lines/find-severity.ts'
import { type EventRules, type Joins, joins } from './event-joiner.ts'
import { endOfText, slowLineOf } from './slow-lines.ts'
import {
  isCause,
  isGoCall,
  isKeyBegin,
  isKeyEnd,
  isPhp,
  isPythonException,
  isRust,
  isTimed,
} from './trace-forms.ts'
import { isIndented, startsWith, textStart, traceLineOf, traceLines } from './trace-lines.ts'

/** Within what the last line stands. */
type State =
  | 'none'
  /** JSON is whole as it is: nothing goes on with it. */
  | 'json'
  /** An exception's class, of which frames may follow. */
  | 'exception'
  | 'frames'
  /** What Node writes of an error's own properties, behind its frames. */
  | 'properties'
  | 'python'
  /** Behind the line that names the exception. */
  | 'python end'
  | 'python link'
  | 'go'
  /** Before the panic's message. */
  | 'rust message'
  | 'rust'
  | 'php'
  /** Within a private key, up to its last line: what takes secrets out sees all of it. */
  | 'key'
  /** Of MySQL's slow query log: behind its time, within its comments, within the statement. */
  | 'slow time'
  | 'slow head'
  | 'slow statement'

/** Below: what a program says in passing. A crash that follows it has nothing to do with it. */
const warning = 13
/** Bytes of a line in which it is looked for whether it tells of an error. */
const errorReach = 4096
const errorWords = ['rror', 'xception', 'raceback', 'anic', 'rash', 'ailed'].map(word => Buffer.from(word))
const goWords = ['goroutine ', 'created by ', '[signal ', 'exit status ', '...additional frames'].map(word =>
  Buffer.from(word),
)

/**
 * Joins stack traces to the line that they belong to: of Java, .NET, Node, Python, Go, Ruby, Rust and PHP, as their
 * runtimes print them. Looks at few bytes of a line, and leaves alone what is not surely of a trace: other indented
 * lines, YAML, JSON, lines with a time of their own.
 */
export class TraceRules implements EventRules {
  #state: State = 'none'
  /** The line that a traceback of Python's belongs to has a time in front, as then all lines of the log have. */
  #isPythonTimed = false
  readonly #severity = new SeverityFinder()
  /** The line before. */
  #bytes: Buffer = Buffer.alloc(0)
  #start = 0
  #end = 0

  reset(): void {
    this.#state = 'none'
    this.#start = this.#end = 0
  }

  /** JSON is whole as it is. */
  isAlone(bytes: Buffer, start: number): boolean {
    if (bytes[start] !== 0x7b || this.#state === 'slow statement') return false
    this.#state = 'json'
    return true
  }

  judge(bytes: Buffer, start: number, end: number): Joins {
    const stop = end > start && bytes[end - 1] === 0x0d ? end - 1 : end
    const joined = this.#judge(bytes, start, stop)
    this.#bytes = bytes
    this.#start = start
    this.#end = end
    return joined
  }

  awaitsMore(bytes: Buffer, start: number, end: number): boolean {
    if (this.#state === 'json') return false
    if (this.#state !== 'none') return true
    if (this.#severityOf(bytes, start, end) >= warning) return true
    const text = bytes.subarray(start, Math.min(end, start + errorReach))
    return errorWords.some(word => text.includes(word))
  }

  #judge(bytes: Buffer, start: number, end: number): Joins {
    switch (this.#state) {
      case 'python':
        return this.#inPython(bytes, start, end)
      case 'python end':
      case 'python link':
        return this.#behindPython(bytes, start, end)
      case 'go':
        return this.#inGo(bytes, start, end)
      case 'rust message':
        this.#state = 'rust'
        return joins.continues
      case 'rust':
        return this.#within(isRust(bytes, start, end), bytes, start, end)
      case 'php':
        return this.#within(isPhp(bytes, start, end), bytes, start, end)
      case 'key':
        if (isKeyEnd(bytes, start, end)) this.#state = 'none'
        return joins.continues
      case 'slow time':
      case 'slow head':
      case 'slow statement':
        return this.#inSlow(bytes, start, end)
      case 'properties':
        return this.#inProperties(bytes, start, end)
      case 'none':
      case 'json':
      case 'exception':
      case 'frames':
        return this.#outside(bytes, start, end)
    }
  }

  /** A line that is not within a trace of a form of its own. */
  #outside(bytes: Buffer, start: number, end: number): Joins {
    if (isKeyBegin(bytes, start, end)) {
      this.#state = 'key'
      return joins.starts
    }
    if (bytes[start] === 0x23 && this.#beginsSlow(bytes, start, end)) return joins.starts
    const before = this.#state
    const line = traceLineOf(bytes, start, end)
    switch (line) {
      case traceLines.json:
        return this.#starts('json')
      case traceLines.frame:
        this.#state = bytes[end - 1] === 0x7b ? 'properties' : 'frames'
        return before === 'json' ? joins.starts : joins.continues
      case traceLines.link:
        return this.#link(before, bytes, start, end)
      case traceLines.exception:
        this.#state = 'exception'
        return before === 'none' ? joins.perhaps : joins.starts
      case traceLines.uncaught:
        return this.#crash('exception')
      case traceLines.pythonHead:
        this.#isPythonTimed = this.#end > this.#start && isTimed(this.#bytes, this.#start)
        return this.#crash('python')
      case traceLines.goHead:
        return this.#crash('go')
      case traceLines.rustHead:
        return this.#crash('rust message')
      case traceLines.phpHead:
        this.#state = 'php'
        return before === 'none' || before === 'exception' ? joins.continues : joins.starts
      case traceLines.other:
      case traceLines.blank:
      case traceLines.indented:
      case traceLines.pythonLink:
        return this.#text(before, bytes, start, end)
    }
  }

  #link(before: State, bytes: Buffer, start: number, end: number): Joins {
    if (before === 'json') return this.#starts('none')
    if (before !== 'frames' && before !== 'exception') return joins.perhaps
    if (isCause(bytes, start, end)) this.#state = 'exception'
    return joins.continues
  }

  /** An exception's message may be of several lines: that it is shows where frames follow. */
  #text(before: State, bytes: Buffer, start: number, end: number): Joins {
    if (before === 'exception' && !this.#isHead(bytes, start, end)) return joins.perhaps
    return this.#starts('none')
  }

  #starts(state: State): Joins {
    this.#state = state
    return joins.starts
  }

  /** What a runtime prints when it ends: belongs to the line before, unless that told of nothing bad. */
  #crash(state: State): Joins {
    const isAlone = this.#state !== 'none' || this.#end === this.#start
    this.#state = state
    if (isAlone) return joins.starts
    const severity = this.#severityOf(this.#bytes, this.#start, this.#end)
    return severity === 0 || severity >= warning ? joins.continues : joins.starts
  }

  #severityOf(bytes: Buffer, start: number, end: number): number {
    return this.#severity.find(bytes, start, end, true) ? this.#severity.number : 0
  }

  /** Whether a line begins as those of a log do: with a time, a bracket or a level. */
  #isHead(bytes: Buffer, start: number, end: number): boolean {
    return start < end && (isTimed(bytes, start) || this.#severityOf(bytes, start, end) > 0)
  }

  #within(isPart: boolean, bytes: Buffer, start: number, end: number): Joins {
    if (isPart) return joins.continues
    this.#state = 'frames'
    return this.#outside(bytes, start, end)
  }

  #inPython(bytes: Buffer, start: number, end: number): Joins {
    if (isIndented(bytes, start, end)) return joins.continues
    if (!isPythonException(bytes, start, end)) return this.#within(false, bytes, start, end)
    this.#state = 'python end'
    return joins.continues
  }

  #behindPython(bytes: Buffer, start: number, end: number): Joins {
    const isLinked = this.#state === 'python link'
    const line = traceLineOf(bytes, start, end)
    if (line === traceLines.blank) return isLinked ? joins.continues : joins.perhaps
    if (line === traceLines.pythonLink) {
      this.#state = 'python link'
      return joins.continues
    }
    if (line === traceLines.pythonHead && isLinked) {
      this.#state = 'python'
      return joins.continues
    }
    const isText = line === traceLines.other || line === traceLines.indented
    if (isText && !isLinked && !this.#isHead(bytes, start, end))
      return this.#isPythonTimed ? joins.continues : joins.perhaps
    return this.#within(false, bytes, start, end)
  }

  #inGo(bytes: Buffer, start: number, end: number): Joins {
    if (textStart(bytes, start, end) === end) return joins.perhaps
    const isPart =
      bytes[start] === 0x09 ||
      goWords.some(word => startsWith(bytes, start, end, word)) ||
      isGoCall(bytes, start, end)
    return this.#within(isPart, bytes, start, end)
  }

  #beginsSlow(bytes: Buffer, start: number, end: number): boolean {
    const line = slowLineOf(bytes, start, end)
    if (line !== 'time' && line !== 'user') return false
    this.#state = line === 'time' ? 'slow time' : 'slow head'
    return true
  }

  /** The line before ends with a semicolon. */
  get #isStatementOver(): boolean {
    const stop = endOfText(this.#bytes, this.#start, this.#end)
    return this.#state === 'slow statement' && this.#bytes[stop - 1] === 0x3b
  }

  /** A statement is of any lines, up to the comments of the next one, or up to what a log's lines begin with behind its end. */
  #inSlow(bytes: Buffer, start: number, end: number): Joins {
    const line = slowLineOf(bytes, start, end)
    const before = this.#state
    if (before === 'slow time' && line !== 'user') return this.#within(false, bytes, start, end)
    if (line === 'server' || line === 'time' || (line === 'user' && before !== 'slow time'))
      return this.#within(false, bytes, start, end)
    if (this.#isStatementOver && this.#isHead(bytes, start, end))
      return this.#within(false, bytes, start, end)
    if (line === 'user') this.#state = 'slow head'
    else if (line === 'other') this.#state = 'slow statement'
    return joins.continues
  }

  #inProperties(bytes: Buffer, start: number, end: number): Joins {
    if (isIndented(bytes, start, end)) return joins.continues
    if (bytes[start] !== 0x7d) return this.#within(false, bytes, start, end)
    this.#state = 'frames'
    return joins.continues
  }
}
