import { describe, expect, it } from 'vitest'
import { printable } from '../printable.ts'
import { foldFor } from './fold.ts'
import { plain } from './paint.ts'

const long = 'x'.repeat(262_144)
const onTerminal = foldFor({ isTTY: true }, false, plain)

describe('a long text', () => {
  it('shows its beginning on a terminal, and how much there is', () => {
    const shown = onTerminal(long, printable)
    expect(shown).toMatch(/^x{2000} … 260,144 more characters: --full shows them$/)
    expect(onTerminal('short', printable)).toBe('short')
  })

  it('is whole in a pipe, and where all is asked for', () => {
    expect(foldFor({}, false, plain)(long, printable)).toBe(long)
    expect(foldFor({ isTTY: true }, true, plain)(long, printable)).toBe(long)
  })

  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what is looked for
  const whole = /^x+(?:😀|\u001b\[31m)?x* … /u
  it.each([
    ['a character', '😀'],
    ['a colour', '\u001b[31m'],
  ])('is not cut within %s', (_, piece) => {
    for (let before = 1_990; before <= 2_000; before++)
      expect(onTerminal('x'.repeat(before) + piece + long, text => text)).toMatch(whole)
  })
})
