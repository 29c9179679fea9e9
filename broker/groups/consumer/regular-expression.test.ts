import { describe, expect, it } from 'vitest'
import { topicPattern } from './regular-expression.ts'

const names = ['orders', 'orders-eu', 'Orders', 'a.b', 'a{2}', 'metrics_1']

function match(text: string, among = names) {
  const pattern = topicPattern(text)
  return 'problem' in pattern ? pattern.problem : among.filter(name => pattern.matches(name)).sort()
}

describe('regular expressions of topics', () => {
  it.each([
    ['orders', ['orders']],
    ['orders.*', ['orders', 'orders-eu']],
    ['ord', []],
    ['(?i)orders', ['Orders', 'orders']],
    ['orders|a\\.b', ['a.b', 'orders']],
    ['\\Qa.b\\E', ['a.b']],
    ['a\\Q{2}\\E', ['a{2}']],
    ['a{2,a', []],
    ['[[:lower:]]+', ['orders']],
    ['[[:alpha:]]+', ['Orders', 'orders']],
    ['\\w+_\\d', ['metrics_1']],
    ['orders\\-eu', ['orders-eu']],
    ['\\Aorders\\z', ['orders']],
    ['(?P<name>orders)', ['orders']],
    ['\\p{Lu}rders', ['Orders']],
    ['\\pLrders', ['Orders', 'orders']],
    ['^orders$', ['orders']],
  ])('%s matches whole names', (pattern, topics) => {
    expect(match(pattern)).toEqual(topics)
  })

  // Kafka's own words
  it.each([
    ['(', 'missing closing )'],
    ['[a', 'missing closing ]'],
    ['*a', 'missing argument to repetition operator'],
    ['(a)\\1', 'invalid escape sequence'],
    ['a(?=b)', 'invalid or unsupported Perl syntax'],
    ['(?<!a)b', 'invalid named capture'],
    ['a++', 'invalid nested repetition operator'],
    ['a{1001}', 'invalid repeat count'],
    ['[[:nope:]]', 'invalid character class range'],
    ['a\\', 'trailing backslash at end of expression'],
    ['x'.repeat(10_001), 'expression too long'],
  ])('%s is none of RE2', (pattern, problem) => {
    expect(match(pattern)).toBe(problem)
  })

  it('that would make another engine try without end match in linear time', () => {
    const name = 'a'.repeat(249)
    expect(match('(a+)+b', [name, `${name}b`])).toEqual([`${name}b`])
  })
})
