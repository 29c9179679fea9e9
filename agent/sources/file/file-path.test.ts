import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { isEscaped, pathOf, readShownPath, shownPath, systemPath } from './file-path.ts'

describe('a path', () => {
  test('keeps every byte of a name', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\\x5c', '\\xff', 'é', '😀', '💩', '\u{1f4ff}') })
    const part = fc.oneof(
      fc.uint8Array(),
      text.map(valid => Buffer.from(valid)),
    )
    const names = fc.array(part).map(parts => Buffer.concat(parts))
    fc.assert(
      fc.property(names, bytes => {
        const path = pathOf(Buffer.from(bytes))
        expect(Buffer.from(systemPath(path))).toEqual(Buffer.from(bytes))
        expect(shownPath(path).isWellFormed()).toBe(true)
        expect(JSON.parse(JSON.stringify(path))).toBe(path)
        if (isEscaped(path)) expect(readShownPath(shownPath(path))).toBe(path)
        else expect(shownPath(path)).toBe(path)
      }),
    )
  })

  test('is shown with its odd bytes in hexadecimal, and read back', () => {
    const path = pathOf(Buffer.from('/l/caf\xe9\\.log', 'latin1'))
    expect(shownPath(path)).toBe('/l/caf\\xe9\\x5c.log')
    expect(readShownPath(shownPath(path))).toBe(path)
    expect(isEscaped(path)).toBe(true)
    const plain = '/l/😀\\xff.log'
    expect([isEscaped(plain), shownPath(plain), systemPath(plain)]).toEqual([false, plain, plain])
  })

  test('leads to the file that has the name', async () => {
    await inTemporaryFolder(folder => {
      const path = join(folder, pathOf(Buffer.from('a\xff.log', 'latin1')))
      writeFileSync(systemPath(path), 'x')
      const names = readdirSync(folder, { encoding: 'buffer' })
      expect(names).toEqual([Buffer.from('a\xff.log', 'latin1')])
      expect(readFileSync(systemPath(path), 'utf8')).toBe('x')
      return Promise.resolve()
    })
  })
})
