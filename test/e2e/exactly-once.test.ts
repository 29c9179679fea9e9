import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { createStoreClient } from '../../store/index.ts'
import { run, type Stack, startStack, until } from './stack.ts'
import { LogWriter } from './writer.ts'

const total = 200_000
const chunk = 2_000
const roles = ['agent', 'broker', 'aggregator', 'store'] as const

let stack: Stack
let logs: string

/** Rows and distinct line numbers in the store; undefined while it cannot be asked. */
async function counts(): Promise<{ rows: number; distinct: number } | undefined> {
  const set = stack.arguments.filter(argument => argument !== '--set')
  const client = await createStoreClient(parseConfig('', { set }))
  try {
    const result = await client.query({
      query: `SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(LogAttributes['seq'])) AS distinct FROM otel_logs`,
      format: 'JSONEachRow',
    })
    return (await result.json<{ rows: number; distinct: number }>())[0]
  } catch {
    return undefined
  } finally {
    await client.close()
  }
}

describe('exactly once, whatever is killed', () => {
  beforeAll(async () => {
    const { mkdtempSync } = await import('node:fs')
    const { tmpdir } = await import('node:os')
    logs = mkdtempSync(join(tmpdir(), 'millrace-lines-'))
    mkdirSync(logs, { recursive: true })
    const include = JSON.stringify([join(logs, '*.log'), join(logs, '*.log.*')])
    stack = await startStack([
      `agent.sources=[{type: file, name: lines, include: ${include}, service: lines}]`,
      'telemetry.enabled=false',
    ])
  }, 60_000)

  afterAll(async () => {
    await stack?.stop()
    const { rmSync } = await import('node:fs')
    rmSync(logs, { recursive: true, force: true })
  }, 60_000)

  it(`${total} lines with rotation, while each role in turn is killed`, async () => {
    const writer = new LogWriter(logs, ['a', 'b', 'c', 'd'])
    let killed = 0
    while (writer.written < total) {
      writer.write(chunk)
      const step = writer.written / chunk
      if (step % 12 === 0) writer.renameRotate(step % 2)
      if (step % 18 === 0) writer.copyTruncate(2 + (step % 2))
      if (step % 10 === 5) {
        const pid = stack.rolePid(roles[killed % roles.length] as string)
        if (pid !== undefined) process.kill(pid, 'SIGKILL')
        killed++
      }
      await sleep(150)
    }
    expect(killed).toBeGreaterThanOrEqual(8)
    const done = async () => ((await counts())?.distinct ?? 0) >= total
    await until(done, 120_000, () => stack.output())
    // what was sent twice would come now
    await sleep(2_000)
    expect(await counts()).toEqual({ rows: total, distinct: total })
  }, 240_000)

  it('and the ledger proves it', async () => {
    let last = { code: -1 as number | null, stdout: '', stderr: '' }
    const proven = async () => {
      last = await run(['verify', '--json', ...stack.arguments])
      return last.code === 0
    }
    await until(proven, 30_000, () => `${last.stdout}${last.stderr}`)
    expect(JSON.parse(last.stdout)).toMatchObject({ ok: true, lines: total, findings: [] })
  }, 60_000)
})
