import type { Stage } from '../ast.ts'
import { IpRanges } from '../ip.ts'
import { partRegex } from '../regex.ts'
import { LinePattern } from '../stages/line-pattern.ts'
import { wordsOf } from '../words.ts'

export type LineTest = (line: string) => boolean

/** A filter of lines as a test; undefined for other stages. */
export function lineTest(stage: Stage): LineTest | undefined {
  switch (stage.kind) {
    case 'line': {
      const tests = stage.values.map(value => textTest(value, stage.operator.endsWith('~')))
      return wanted(stage.operator.startsWith('|'), line => tests.some(test => test(line)))
    }
    case 'line-pattern': {
      const patterns = stage.values.map(value => new LinePattern(value))
      return wanted(stage.operator === '|>', line => patterns.some(pattern => pattern.matches(line)))
    }
    case 'line-ip': {
      const ranges = new IpRanges(stage.ranges)
      const { values } = stage
      return wanted(
        stage.operator === '|=',
        line => ranges.isIn(line) || values.some(value => line.includes(value)),
      )
    }
    case 'words':
      return wordsTest(stage.words)
    default:
      return undefined
  }
}

function wanted(isWanted: boolean, test: LineTest): LineTest {
  return isWanted ? test : line => !test(line)
}

function textTest(value: string, isPattern: boolean): LineTest {
  if (!isPattern) return line => line.includes(value)
  const pattern = partRegex(value)
  return line => pattern.test(line)
}

function wordsTest(words: readonly string[]): LineTest {
  return line => {
    const present = new Set(wordsOf(line))
    return words.every(word => present.has(word))
  }
}
