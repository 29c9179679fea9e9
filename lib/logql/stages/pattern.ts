import { goQuoted } from '../../base/index.ts'
import type { PatternStage } from '../ast.ts'
import type { StageKind } from './kind.ts'
import { LinePattern } from './line-pattern.ts'

/** `| pattern "<ip> - - <_> \"<method> <path>\""`. Source: LogQL, pattern parser. */
export const pattern: StageKind<PatternStage> = {
  name: 'pattern',
  parse: tokens => {
    const text = tokens.string('a pattern')
    const problem = new LinePattern(text.text).captureProblem()
    if (problem !== undefined) throw tokens.error(problem, text)
    return { kind: 'pattern', pattern: text.text }
  },
  format: stage => `| pattern ${goQuoted(stage.pattern)}`,
  compile: stage => {
    const own = new LinePattern(stage.pattern)
    return (line, labels) => {
      own.capture(line, (name, value) => labels.extract(name, value))
      return line
    }
  },
}
