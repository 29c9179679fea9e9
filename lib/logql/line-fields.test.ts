import { describe, expect, it } from 'vitest'
import { lineFields } from './line-fields.ts'

describe('fields of a line', () => {
  it('are what the parsers bring out', () => {
    const shown = (body: string) => lineFields(body).map(({ label, value, parser }) => [label, value, parser])
    expect(shown('{"a":{"b.c":1,"list":[1]},"d":"x","e":null,"2":true}')).toEqual([
      ['a_b_c', '1', 'json'],
      ['d', 'x', 'json'],
      ['_2', 'true', 'json'],
    ])
    expect(shown('level=info msg="it \\"is\\"" took=5ms empty= x')).toEqual([
      ['level', 'info', 'logfmt'],
      ['msg', 'it "is"', 'logfmt'],
      ['took', '5ms', 'logfmt'],
    ])
    expect(shown('{half')).toEqual([])
  })
})
