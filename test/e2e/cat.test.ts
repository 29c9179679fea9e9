import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FilesAnswer } from '../../query/index.ts'
import { program, run, type Stack, startStack, until } from './stack.ts'

const agent = 'cat-e2e'

/** Files as they are met: what is in them is to come back, whatever it is. */
const files: Readonly<Record<string, Buffer>> = {
  'plain.log': Buffer.from('one\n\ntwo  \n\n\nthree\tend\n'),
  'crlf.log': Buffer.from('first\r\nsecond\n\r\nthird\r\r\n'),
  'json.log': Buffer.from(
    Array.from(
      { length: 3_000 },
      (_, i) =>
        `{"time":"2026-01-02T03:04:${String(i % 60).padStart(2, '0')}.${String(i % 1000).padStart(3, '0')}Z","level":"info","trace_id":"${i
          .toString(16)
          .padStart(
            32,
            'a',
          )}","msg":"order ${i} \\"quoted\\" \\u00e9","price":${i}.10,"big":1e3,"ok":${i % 2 === 0},"nested":{"a":[1,2,{"b":null}]}}\n`,
    ).join(''),
  ),
  'logfmt.log': Buffer.from(
    Array.from(
      { length: 500 },
      (_, i) => `ts=2026-01-02T03:04:05Z level=warn msg="it is ${i}" took=${i}ms id=${i}\n`,
    ).join(''),
  ),
  'access.log': Buffer.from(
    Array.from(
      { length: 500 },
      (_, i) =>
        `10.0.0.${i % 250} - - [02/Jan/2026:03:04:05 +0000] "GET /a/${i} HTTP/1.1" 200 ${i} "-" "curl/8.9.1"\n`,
    ).join(''),
  ),
  'cri.log': Buffer.from('2026-01-02T03:04:05.678901234Z stdout F {"msg":"in a container"}\n'.repeat(50)),
  'docker.log': Buffer.from(
    '{"log":"a \\"line\\"\\n","stream":"stdout","time":"2026-01-02T03:04:05.678901234Z"}\n'.repeat(50),
  ),
  'binary.log': Buffer.concat([
    Buffer.from('text\n'),
    Buffer.from([0xff, 0xfe, 0x80, 0x00, 0x41, 0x0a]),
    Buffer.from('caf\xe9 in latin1\n', 'latin1'),
    Buffer.from('\u001b[31mred\u001b[0m 𝄞\n'),
  ]),
  'hole.log': Buffer.concat([Buffer.from('before\n'), Buffer.alloc(200_000), Buffer.from('after\n\n')]),
  'trace.log': Buffer.from(
    'ERROR it failed\njava.lang.IllegalStateException: no\n\tat a.B.c(B.java:1)\n\tat d.E.f(E.java:2)\nINFO goes on\n',
  ),
}

describe('a file comes back byte for byte', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-cat-'))
  const empty = join(folder, 'empty.log')
  let stack: Stack

  beforeAll(async () => {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
    writeFileSync(empty, '')
    stack = await startStack([
      `agent.sources=[{type: file, name: cat, include: ${JSON.stringify([join(folder, '*.log')])}}]`,
      `agent.id=${agent}`,
      'telemetry.enabled=false',
    ])
    await until(
      async () => (await known()).size === Object.keys(files).length,
      30_000,
      () => stack.output(),
    )
  }, 90_000)
  afterAll(async () => {
    await stack?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  /** Files with how far they are in the store. */
  async function known(): Promise<Map<string, number>> {
    const answer = await fetch(`${stack.url}/api/files?host=${agent}`)
    if (!answer.ok) return new Map()
    const { files: found } = (await answer.json()) as FilesAnswer
    return new Map(found.map(file => [file.path, file.to]))
  }

  /** As a shell does it: into a file. */
  async function cat(
    path: string,
    ...more: string[]
  ): Promise<{ code: number; bytes: Buffer; stderr: string }> {
    const out = join(folder, 'out')
    const target = openSync(out, 'w')
    const args = [program, 'cat', `${agent}:${path}`, ...more, ...stack.arguments]
    const child = spawn(process.execPath, args, { stdio: ['ignore', target, 'pipe'] })
    closeSync(target)
    const texts: string[] = []
    child.stderr?.on('data', text => texts.push(String(text)))
    const [code] = (await once(child, 'close')) as [number]
    return { code, bytes: readFileSync(out), stderr: texts.join('') }
  }

  it.each(Object.keys(files))(
    '%s',
    async name => {
      const path = join(folder, name)
      const whole = files[name] as Buffer
      await until(async () => ((await known()).get(path) ?? 0) >= whole.length, 20_000)
      const { code, bytes, stderr } = await cat(path)
      expect(stderr).toBe('')
      expect(bytes.equals(whole)).toBe(true)
      expect(code).toBe(0)
      const part = await cat(path, '--from', '3', '--to', String(whole.length - 2))
      expect(part.bytes.equals(whole.subarray(3, whole.length - 2))).toBe(true)
    },
    40_000,
  )

  it('and what is not there is said', async () => {
    const path = join(folder, 'plain.log')
    const size = (files['plain.log'] as Buffer).length
    const { code, stderr } = await cat(path, '--to', '1000')
    expect([code, stderr]).toEqual([1, `millrace: bytes ${size} to 1000 are not there: in no record\n`])
    const nobody = await cat('/no/such.log')
    expect(nobody.code).toBe(1)
    expect(nobody.stderr).toContain('there is no file /no/such.log of cat-e2e')
    const ofEmpty = await cat(empty)
    expect([ofEmpty.code, ofEmpty.bytes.length, ofEmpty.stderr]).toEqual([
      1,
      0,
      `millrace: nothing of ${empty} of ${agent} is stored: its agent has read it to its end, so it is empty, just came, or what stood in it was passed over\n`,
    ])
    const list = await run(['cat', '--list', agent, ...stack.arguments])
    expect(list.stdout.split('\n').filter(line => line.startsWith(`${agent}:${folder}/`))).toHaveLength(
      Object.keys(files).length + 1,
    )
    expect(list.stdout).toContain(`${agent}:${empty}  nothing stored, nothing to read\n`)
    const listed = await run(['cat', '--list', '--json', `${agent}:${path}`, ...stack.arguments])
    expect(JSON.parse(listed.stdout)).toMatchObject({ host: agent, path, from: 0, to: size })
    const wrong = await cat(path, '--from', '9', '--to', '3')
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--from 9 is behind --to 3')])
  }, 40_000)

  it('and all of it is proven', async () => {
    let last = { code: -1 as number | null, stdout: '', stderr: '' }
    const proven = async () => {
      last = await run(['verify', '--agent', agent, '--json', ...stack.arguments])
      return last.code === 0
    }
    await until(proven, 30_000, () => `${last.stdout}${last.stderr}`)
    expect(JSON.parse(last.stdout)).toMatchObject({
      ok: true,
      findings: [],
      sources: Object.keys(files).length,
    })
    expect((await run(['verify', '--agent', 'nosuch', ...stack.arguments])).code).toBe(2)
  }, 60_000)
})
