import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { until } from '../../agent/testing/temporary-folder.ts'
import { beside, has, type Receiver, receiving } from './receiving.ts'

const run = promisify(execFile)
const page = readFileSync(new URL('../../docs/agent.md', import.meta.url), 'utf8')

/** The example of a section that is no configuration, word by word but for its port. */
function exampleOf(section: string, language: string, port: string): string {
  const text = page.split(`### ${section}\n`)[1]?.split(/\n##/)[0] ?? ''
  const block = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? ''
  const replaced = block.replaceAll(/(?<=:|--port |port: )\d{4,5}\b/g, port)
  expect(replaced).toContain(port)
  return replaced
}

async function bodiesOf(receiver: Receiver, count: number): Promise<string[]> {
  await until(`${count} records`, async () => (await receiver.items()).length >= count, 10_000)
  return (await receiver.items()).map(({ body }) => body)
}

describe('docs/agent.md', () => {
  test.skipIf(!has('curl'))(
    'sends by curl to the http source (needs curl)',
    async () => {
      await receiving({ type: 'http', listen: '127.0.0.1:0' }, async receiver => {
        await run('bash', ['-ec', exampleOf('http', 'sh', receiver.portOf('http'))])
        const items = await bodiesOf(receiver, 3)
        expect(items.map(body => body.replace(/^\{.*"message":"([^"]*)".*$/, '$1')).sort()).toEqual([
          'backup done',
          'hello',
          'hello',
        ])
        expect((await receiver.items()).map(({ service }) => service)).toEqual([
          'cron',
          'web',
          'elasticsearch',
        ])
      })
    },
    30_000,
  )

  test.skipIf(!has('logger'))(
    'sends by logger to the syslog source (needs logger)',
    async () => {
      await receiving({ type: 'syslog', udp: '127.0.0.1:0', tcp: '127.0.0.1:0' }, async receiver => {
        await run('bash', ['-ec', exampleOf('syslog', 'sh', receiver.portOf('syslogTcp'))])
        expect((await bodiesOf(receiver, 1))[0]).toMatch(/it broke$/)
        expect((await receiver.items())[0]).toMatchObject({ service: 'myapp', json: { severityNumber: 17 } })
      })
    },
    30_000,
  )

  test('sends by fluent-logger to the forward source', async () => {
    const source = { type: 'forward', listen: '127.0.0.1:0', sharedKey: 'secret' }
    await receiving(source, async receiver => {
      const script = exampleOf('forward', 'js', receiver.portOf('forward'))
      await beside(process.execPath, ['--input-type=commonjs', '-e', script], {}, async () => {
        expect(await bodiesOf(receiver, 1)).toEqual(['cart emptied'])
      })
    })
  }, 30_000)
})
