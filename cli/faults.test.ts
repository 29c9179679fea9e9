import { describe, expect, it } from 'vitest'
import { parseConfig } from './config.ts'
import { printable, printableLines } from './printable.ts'

describe('an error of --set', () => {
  const file = 'query:\n  listen: 127.0.0.1:0\n'
  it.each([
    ['kafka.topics.partitions=0', '--set kafka.topics.partitions: kafka.topics.partitions: found 0'],
    ['broker.tls.cert=/x', '--set broker.tls.cert: broker.tls.key: found nothing'],
    ['broker.sasl.mechanisms=[PLAIN]', '--set broker.sasl.mechanisms: broker.sasl: found a section'],
  ])('is not blamed on the file: %s', (set, message) => {
    expect(() => parseConfig(file, { set: [set] })).toThrow(message)
  })

  it('leaves errors of the file where they are', () => {
    const set = ['query.listen=127.0.0.1:0']
    expect(() => parseConfig('broker:\n  listen: 7\n', { set })).toThrow(
      'millrace.yaml:2:11: broker.listen: found 7',
    )
  })
})

describe('lines of somebody else', () => {
  it('reach a terminal without anything that it would obey', () => {
    expect(printable('a\u001b]0;title\u0007\u009bm\u202e')).toBe('a\\x1b]0;title\\x07\\x9bm\\u202e')
    expect(printableLines('\u001b[31mboom\u001b[0m\r\n\tat main\u001b[2J\n')).toBe(
      'boom\n        at main\\x1b[2J',
    )
  })
})
