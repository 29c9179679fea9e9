import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../../../lib/base/index.ts'
import { inTemporaryFolder } from '../../../testing/temporary-folder.ts'
import { following } from '../testing/following.ts'
import { TestAgent } from '../testing/test-agent.ts'

/** More by hand, as for the model. */
const runs = Number(process.env['MILLRACE_MODEL_RUNS'] ?? 12)
const second = (n: number) => `2026-11-28T12:00:0${n}.123456789Z`

/** Rows as `stream time text`. */
async function rowsOf(content: string | readonly (string | Buffer)[], extra: object = {}): Promise<string[]> {
  const parts = typeof content === 'string' ? [content] : content
  return await inTemporaryFolder(async folder => {
    const clock = new FakeClock()
    const agent = await TestAgent.open({ folder, include: ['*.log'], extra, clock })
    const path = join(folder, 'pod.log')
    await writeFile(path, '')
    for (const part of parts) {
      await appendFile(path, part)
      await agent.readAll(clock)
    }
    clock.advance(6_000)
    await agent.readAll(clock)
    const rows = (await agent.rows()).map(({ attributes, timeMs, body }) =>
      [attributes['log.iostream'] ?? '-', new Date(timeMs).toISOString().slice(17, 23), body].join(' '),
    )
    await agent.close()
    return rows
  })
}

describe.concurrent('of a container runtime, a file', { timeout: 20_000 }, () => {
  test('of the CRI gives what the container wrote, parts joined per stream', async () => {
    const text = [
      `${second(0)} stdout F {"level":"error","msg":"x"}`,
      `${second(1)} stdout P one `,
      `${second(2)} stderr P beside `,
      `${second(3)} stderr F it`,
      `${second(4)} stdout P long `,
      `${second(5)} stdout F line`,
      `${second(6)} stdout F `,
      'not the runtime',
      `${second(7)} stderr F:tag 2026-11-28T12:00:09Z own time`,
      '',
    ].join('\n')
    expect(await rowsOf(text)).toEqual([
      'stdout 00.123 {"level":"error","msg":"x"}',
      'stderr 02.123 beside it',
      'stdout 01.123 one long line',
      'stdout 06.123 ',
      expect.stringMatching(/^- \d\d\.\d\d\d not the runtime$/),
      'stderr 09.000 2026-11-28T12:00:09Z own time',
    ])
  })

  test('of Docker as well', async () => {
    const line = (log: string, stream: string, n: number) =>
      `${JSON.stringify({ log, stream, time: second(n) })}\n`
    const text =
      line('{"level":"info","msg":"caf\\u00e9 \\"x\\""}\n', 'stdout', 0) +
      line('one ', 'stdout', 1) +
      line('other\n', 'stderr', 2) +
      line('line\n', 'stdout', 3) +
      line('\n', 'stdout', 4)
    expect(await rowsOf(text)).toEqual([
      'stdout 00.123 {"level":"info","msg":"caf\\u00e9 \\"x\\""}',
      'stderr 02.123 other',
      'stdout 01.123 one line',
      'stdout 04.123 ',
    ])
  })

  test('gives a stack trace as one row though the other stream writes meanwhile', async () => {
    const text = [
      `${second(0)} stderr F ERROR cannot add`,
      `${second(0)} stderr F java.lang.Exception: no cart`,
      `${second(1)} stdout F INFO other`,
      `${second(1)} stderr F \tat A.b(A.java:1)`,
      `${second(2)} stdout F INFO more`,
      `${second(2)} stderr F \tat A.c(A.java:2)`,
      '',
    ].join('\n')
    expect(await rowsOf(text)).toEqual([
      'stdout 01.123 INFO other',
      'stdout 02.123 INFO more',
      'stderr 00.123 ERROR cannot add\njava.lang.Exception: no cart\n\tat A.b(A.java:1)\n\tat A.c(A.java:2)',
    ])
  })

  test('gives a part that stays alone once nothing follows', async () => {
    expect(await rowsOf(`${second(0)} stdout P alone\n${second(1)} stderr F other\n`)).toEqual([
      'stdout 00.123 alone',
      'stderr 01.123 other',
    ])
  })

  test('has no row but its lines around a hole of NULs', async () => {
    const hole = '\0'.repeat(70)
    const text = [
      `${second(0)} stdout F one`,
      `${hole}${second(1)} stdout F ERROR two`,
      `${second(1)} stdout F java.lang.Exception: no cart`,
      `${second(1)} stdout F \tat A.b(A.java:1)`,
      `${second(2)} stderr P part `,
      `${hole}${second(3)} stderr F of nothing`,
      `${hole}not the runtime's`,
      `${second(4)} stderr F last`,
      hole,
    ].join('\n')
    expect(await rowsOf(text)).toEqual([
      'stdout 00.123 one',
      'stdout 01.123 ERROR two\njava.lang.Exception: no cart\n\tat A.b(A.java:1)',
      'stderr 02.123 part ',
      'stderr 03.123 of nothing',
      expect.stringMatching(/^- \d\d\.\d\d\d not the runtime's$/),
      'stderr 04.123 last',
    ])
  })

  test('has lines over the limit cut and counted', async () => {
    const part = 'x'.repeat(50)
    const text = `${second(0)} stdout P ${part}\n${second(1)} stdout P ${part}\n${second(2)} stdout F ${part}\n${second(3)} stdout F next\n`
    await following({ extra: { maxLineBytes: 64 } }, async ({ folder, waitFor, agent }) => {
      await writeFile(join(folder, 'a.log'), text)
      await waitFor(`${'x'.repeat(64)} …[cut by millrace]`, 'next')
      const dropped = (await agent.records()).map(({ entry }) => entry.dropped['cut'] ?? 0)
      expect(dropped.reduce((sum, bytes) => sum + bytes, 0)).toBe(91)
    })
  })

  test('is taken as it is where that is asked for', async () => {
    const text = `${second(0)} stdout F one\n`
    expect(await rowsOf(text, { format: 'none' })).toEqual([`- 00.123 ${text.trim()}`])
  })

  test('gives the same rows however it grows', async () => {
    const streams = fc.constantFrom('stdout', 'stderr')
    const line = fc.record({
      stream: streams,
      parts: fc.array(fc.string({ unit: fc.constantFrom('a', 'é', ' '), maxLength: 9 }), { maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 3 }),
        async (lines, cuts) => {
          // the parts of the two streams alternate
          const queues = { stdout: [] as string[], stderr: [] as string[] }
          const expected: Record<string, string[]> = { stdout: [], stderr: [] }
          lines.forEach(({ stream, parts }, i) => {
            const text = `l${i}`
            expected[stream]?.push(text + parts.join(''))
            const all = [text, ...parts]
            all.forEach((part, p) => {
              const tag = p === all.length - 1 ? 'F' : 'P'
              queues[stream as 'stdout'].push(`${second(0)} ${stream} ${tag} ${part}\n`)
            })
          })
          let content = ''
          while (queues.stdout.length + queues.stderr.length > 0)
            content += (queues.stdout.shift() ?? '') + (queues.stderr.shift() ?? '')
          const bytes = Buffer.from(content)
          const ends = cuts.map(cut => cut % (bytes.length + 1)).sort((a, b) => a - b)
          const pieces = [...ends, bytes.length].map((end, i) =>
            bytes.toString('latin1', ends[i - 1] ?? 0, end),
          )
          const rows = await rowsOf(pieces.map(piece => Buffer.from(piece, 'latin1')))
          for (const stream of ['stdout', 'stderr'])
            expect(rows.filter(row => row.startsWith(stream)).map(row => row.slice(14))).toEqual(
              expected[stream],
            )
        },
      ),
      { numRuns: runs },
    )
  }, 600_000)
})
