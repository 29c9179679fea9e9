import { describe, expect, it } from 'vitest'
import { matchingTopics } from './regular-expression.ts'

const names = ['orders', 'orders-eu', 'Orders', 'a.b', 'a{2}', 'metrics_1']
const match = (pattern: string, among = names) => matchingTopics(pattern, among)

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
    expect(match(pattern)).toEqual({ topics })
  })

  it.each([
    '(',
    '[a',
    '*a',
    '(a)\\1',
    'a(?=b)',
    '(?<!a)b',
    'a++',
    'a{1001}',
    '[[:nope:]]',
    'x'.repeat(10_001),
  ])('%s is none of RE2', pattern => {
    expect(match(pattern)).toHaveProperty('problem')
  })

  it('that would never end are refused in bounded time', () => {
    const slow = match('(a+)+b', ['a'.repeat(200)])
    expect(slow).toEqual({ problem: expect.stringMatching(/timed out/) })
  })
})
