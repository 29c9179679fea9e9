import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FilesAnswer } from '../../query/index.ts'
import { nastyFiles } from './nasty-files.ts'
import { run, type Stack, startStack, until } from './stack.ts'

const agent = 'nasty-e2e'

function contentOf(name: string, bytes: Buffer): Buffer {
  if (name.endsWith('.gz')) return gunzipSync(bytes)
  return name.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes
}

describe('a hundred nasty files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-nasty-'))
  const files = nastyFiles()
  let stack: Stack

  beforeAll(async () => {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes)
    const include = JSON.stringify([join(folder, '*.log'), join(folder, '*.log.*')])
    stack = await startStack([
      `agent.sources=[{type: file, name: nasty, include: ${include}}]`,
      `agent.id=${agent}`,
      'telemetry.enabled=false',
    ])
  }, 90_000)
  afterAll(async () => {
    await stack?.stop()
    rmSync(folder, { recursive: true, force: true })
  }, 60_000)

  async function known(): Promise<FilesAnswer['files']> {
    const answer = await fetch(`${stack.url}/api/files?${new URLSearchParams({ host: agent })}`)
    return answer.ok ? ((await answer.json()) as FilesAnswer).files : []
  }

  it('come back byte for byte, and are proven', async () => {
    const whole = new Map(
      Object.entries(files).map(([name, bytes]) => [join(folder, name), contentOf(name, bytes)]),
    )
    expect(whole.size).toBeGreaterThan(100)
    let found: FilesAnswer['files'] = []
    const isAllThere = async () => {
      found = await known()
      return found.length === whole.size && found.every(({ path, to }) => to === whole.get(path)?.length)
    }
    const lacking = () =>
      JSON.stringify(
        [...whole]
          .map(([path, bytes]) => [path, bytes.length, found.find(f => f.path === path)?.to])
          .filter(([, size, to]) => size !== to),
      )
    await until(isAllThere, 90_000, lacking)
    for (const { path, generation } of found) {
      const asked = new URLSearchParams({ host: agent, path, generation })
      const answer = await fetch(`${stack.url}/api/files/content?${asked}`)
      const bytes = Buffer.from(await answer.arrayBuffer())
      expect(bytes.equals(whole.get(path) as Buffer), path).toBe(true)
    }
    const { code, stdout } = await run(['verify', '--agent', agent, ...stack.arguments])
    expect(stdout).toContain('every')
    expect(code).toBe(0)
  }, 180_000)
})
