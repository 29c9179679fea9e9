import { expect, test } from 'vitest'
import { logMessage } from './message.ts'

test.each([
  ['hello', { msg: 'hello' }, '{"msg":"hello"}'],
  ['hello', { log: 'hello\n', stream: 'stdout' }, '{"log":"hello\\n"}'],
  ['the message', { event: 'an event', msg: 'the text', message: 'the message' }, '{}'],
  ['an event', { event: 'an event', message: '' }, 'event="an event" message='],
  ['said', { '@m': 'said', '@mt': 'template' }, '{}'],
  ['template', { '@mt': 'template' }, '{}'],
  ['the line', {}, 'the line'],
  ['the line', { http: 'GET', toString: 'no' }, 'the line'],
  ['', {}, ''],
  [' WARN slow [1m', {}, '\u001b[33m WARN\u001b[0m slow [1m'],
  ['red', { msg: '\u001b[1;31mred\u001b[0m' }, '{}'],
])('people read "%s"', (message, attributes, body) => {
  expect(logMessage(attributes, body)).toBe(message)
})
