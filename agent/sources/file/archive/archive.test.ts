import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inTemporaryFolder } from '../../../testing/temporary-folder.ts'
import { archiveContent, isArchive, withoutArchiveEnding } from './archive.ts'

async function read(path: string): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of archiveContent(path)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

/** A skippable frame of zstd with some bytes in it. */
function skippable(bytes: number): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(0x184d2a57)
  head.writeUInt32LE(bytes, 4)
  return Buffer.concat([head, Buffer.alloc(bytes, 0x55)])
}

function changed(bytes: Buffer, at: number): Buffer {
  const place = bytes.length + at
  bytes[place] = (bytes[place] ?? 0) ^ 0x5a
  return bytes
}

const lines = Array.from({ length: 60_000 }, (_, i) => `line ${i} ${(i * 7919) % 1013}\n`).join('')

describe('an archive', () => {
  test('of several gzip members is read to the end of the last', async () => {
    await inTemporaryFolder(async folder => {
      const path = join(folder, 'a.gz')
      await writeFile(path, Buffer.concat([gzipSync('one\n'), gzipSync(lines), gzipSync('two\n')]))
      expect(await read(path)).toBe(`one\n${lines}two\n`)
    })
  })

  test('of several zstd frames, with others to be passed over, is read to the end of the last', async () => {
    await inTemporaryFolder(async folder => {
      const path = join(folder, 'a.zst')
      const content = fc.array(fc.oneof(fc.string(), fc.constant(lines), fc.constant('a'.repeat(300_000))), {
        maxLength: 5,
      })
      await fc.assert(
        fc.asyncProperty(content, fc.nat(70_000), async (parts, skipped) => {
          const frames = parts.flatMap(part => [zstdCompressSync(part), skippable(skipped)])
          await writeFile(path, Buffer.concat(frames))
          expect(await read(path)).toBe(parts.join(''))
        }),
        { numRuns: 30 },
      )
    })
  }, 30_000)

  test.each(['gz', 'zst'])(
    'that is cut gives what stands before the cut, and an error: .%s',
    async ending => {
      await inTemporaryFolder(async folder => {
        const path = join(folder, `a.${ending}`)
        const whole = ending === 'gz' ? gzipSync(lines) : zstdCompressSync(lines)
        await writeFile(path, whole.subarray(0, whole.length - 20))
        let text = ''
        const reading = async () => {
          for await (const piece of archiveContent(path)) text += piece.toString()
        }
        await expect(reading()).rejects.toThrow('unexpected end of file')
        // all but what the cut block had
        expect(text.length).toBeGreaterThan(lines.length - 140_000)
        expect(lines.startsWith(text)).toBe(true)
      })
    },
  )

  test('that is damaged, or has something else behind its end, gives all that stands before that', async () => {
    const damages: [what: string, bytes: Buffer, error: string, lost: number][] = [
      ['other bytes', Buffer.concat([gzipSync(lines), Buffer.from('behind')]), 'incorrect header check', 0],
      ['half a member', Buffer.concat([gzipSync(lines), gzipSync('x').subarray(0, 9)]), 'unexpected end', 0],
      ['a checksum', changed(gzipSync(lines), -6), 'incorrect data check', 0],
      ['a byte', changed(gzipSync(lines), -2_000), 'invalid|incorrect', 10_000],
    ]
    await inTemporaryFolder(async folder => {
      const path = join(folder, 'a.gz')
      for (const [what, bytes, error, lost] of damages) {
        await writeFile(path, bytes)
        let text = ''
        const reading = async () => {
          for await (const piece of archiveContent(path)) text += piece.toString()
        }
        await expect(reading(), what).rejects.toThrow(new RegExp(error))
        expect(text.length, what).toBeGreaterThanOrEqual(lines.length - lost)
      }
    })
  }, 60_000)

  test('that is none says so', async () => {
    await inTemporaryFolder(async folder => {
      await writeFile(join(folder, 'a.zst'), 'this is no archive')
      await expect(read(join(folder, 'a.zst'))).rejects.toThrow('not a zstd frame')
      await writeFile(join(folder, 'a.gz'), 'this is no archive')
      await expect(read(join(folder, 'a.gz'))).rejects.toThrow('incorrect header check')
      await expect(read(join(folder, 'not there.gz'))).rejects.toThrow('ENOENT')
    })
  })
})

test('archives are known by their names', () => {
  expect(['a.gz', 'a.zst', 'a.log', 'gz'].map(isArchive)).toEqual([true, true, false, false])
  expect(withoutArchiveEnding('/l/app.log.1.zst')).toBe('/l/app.log.1')
})
