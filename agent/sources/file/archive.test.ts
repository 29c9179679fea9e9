import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { playing } from './testing/playing.ts'

describe('an archive', () => {
  test.each(['gz', 'zst'])(
    'that is cut is read so far, and said once: .%s',
    async ending => {
      await playing({ include: ['*.gz', '*.zst'] }, async ({ folder, agent, clock, read }) => {
        const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${(i * 7919) % 1013}`)
        const whole = ending === 'gz' ? gzipSync(lines.join('\n')) : zstdCompressSync(lines.join('\n'))
        await writeFile(join(folder, `a.${ending}`), whole.subarray(0, whole.length - 1000))
        for (let i = 0; i < 6; i++) {
          clock.advance(11_000)
          await read()
        }
        const found = await read()
        expect(found.length).toBeGreaterThan(5_000)
        expect(lines.join('\n').startsWith(found.join('\n'))).toBe(true)
        expect(agent.entries.map(({ message }) => message)).toEqual([
          'cannot read a file: it is cut or damaged, what stands before that is taken',
        ])
        // and the rest, when it is mended
        await writeFile(join(folder, `a.${ending}`), whole)
        clock.advance(11_000)
        await read()
        const rows = await agent.rows()
        const text = rows
          .map(({ body, attributes }) => (attributes['millrace.partial'] === true ? body : `${body}\n`))
          .join('')
        expect(text).toBe(`${lines.join('\n')}\n`)
      })
    },
    30_000,
  )

  test('that was read is not read again, however many there were since', async () => {
    await playing({ include: ['*.gz'] }, async ({ folder, agent, clock, read }) => {
      for (let i = 0; i < 50; i++) await writeFile(join(folder, `${i}.gz`), gzipSync(`line ${i}\n`))
      await read()
      clock.advance(2_000)
      await read()
      await agent.reopen()
      await read()
      clock.advance(2_000)
      expect((await read()).length).toBe(50)
    })
  })
})
