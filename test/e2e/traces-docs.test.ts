import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failedId, shopLogs, shopTraces } from './shop-traces.ts'
import { run, type Stack, startStack, until } from './stack.ts'

const page = readFileSync(new URL('../../docs/traces.md', import.meta.url), 'utf8')
const lines = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) =>
  block.split('\n').filter(line => line !== ''),
)
/** Words of a line as a shell takes them, as far as the page needs it. */
const words = (line: string) =>
  [...line.replace(/ #.*$/, '').matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  )

describe('docs/traces.md, word for word', () => {
  let stack: Stack
  beforeAll(async () => {
    stack = await startStack([
      'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}]',
      'telemetry.enabled=false',
    ])
    for (const [path, body] of [
      ['traces', shopTraces],
      ['logs', shopLogs],
    ] as const)
      await fetch(`http://${stack.address('agent', 'otlpHttp')}/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    const path = `/api/traces/${failedId}/logs`
    await until(
      async () => {
        const answer = (await (await fetch(`${stack.url}${path}`)).json()) as { logs?: unknown[] }
        return answer.logs?.length === 1
      },
      30_000,
      () => stack.output(),
    )
  }, 90_000)
  afterAll(async () => {
    await stack?.stop()
  }, 60_000)

  it.each(lines.filter(line => line.startsWith('curl')))('%s', async line => {
    const url = addressOf(words(line).slice(1))
    const response = await fetch(url.replace('http://127.0.0.1:4300', stack.url))
    const body = await response.text()
    expect([response.status, response.status === 200 ? '' : body]).toEqual([200, ''])
    // every example finds something
    const found = Object.values(JSON.parse(body) as object).find(
      value => Array.isArray(value) && value.length > 0,
    )
    expect(found, body).toBeDefined()
  })

  it.each(lines.filter(line => line.startsWith('millrace')))(
    '%s',
    async line => {
      const { code, stdout, stderr } = await run([...words(line).slice(1), ...stack.arguments])
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain(failedId)
    },
    30_000,
  )

  it('shows a waterfall as it is', async () => {
    const { stdout } = await run(['traces', failedId, ...stack.arguments])
    const shown = /```\n(0af7.*?)```/s.exec(page)?.[1] ?? ''
    const bare = (text: string) =>
      text
        .split('\n')
        .slice(1)
        .map(line => line.replaceAll(/[█░ ]+/g, ' ').trim())
        .filter(line => line !== '')
    expect(bare(stdout)).toEqual(bare(shown))
  })

  it('has only lines that are tried', () => {
    expect(lines.filter(line => !/^(?:curl|millrace) /.test(line))).toEqual([])
    expect(lines.length).toBeGreaterThan(15)
  })
})

/** What curl would ask for: -G puts the data behind the address. */
function addressOf(args: string[]): string {
  let address = ''
  const query = new URLSearchParams()
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (arg === '-d' || arg === '--data-urlencode') {
      const [name = '', ...value] = (args[++i] ?? '').split('=')
      query.append(name, value.join('='))
    } else if (arg !== '-G') address = arg
  }
  return query.size === 0 ? address : `${address}?${query}`
}
