import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { storeUnavailable } from '../../store/testing/store.ts'
import { root } from '../house/sources.ts'
import { run, type Stack, startStack, until } from './stack.ts'

const reason = storeUnavailable()
const chromiumPath = '/usr/bin/chromium'
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))

it('the query API does not start where others could ask without a token', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-open-'))
  const { code, stderr } = await run([
    'query',
    ...['query.listen=0.0.0.0:0', `dataDir=${folder}`].flatMap(one => ['--set', one]),
  ])
  rmSync(folder, { recursive: true, force: true })
  expect([code, stderr.trim().split('\n').length]).toEqual([2, 1])
  expect(stderr).toContain('query.listen 0.0.0.0:0 can be reached from other machines')
  expect(stderr).toContain('set query.auth: token')
})

describe.skipIf(reason !== undefined)(
  `a stack that asks for tokens${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 120_000 },
  () => {
    let stack: Stack
    let secret: string
    beforeAll(async () => {
      stack = await startStack([
        'query.auth=token',
        'agent.sources=[{ type: otlp, http: 127.0.0.1:0, grpc: 127.0.0.1:0 }]',
      ])
      const made = await run(['tokens', 'create', 'ops', ...stack.arguments])
      expect(made.code).toBe(0)
      secret = made.stdout.trim()
    }, 120_000)
    afterAll(() => stack?.stop(), 60_000)

    const headers = () => ({ authorization: `Bearer ${secret}` })
    const send = async (service: string, bodies: string[]) => {
      const request = {
        resourceLogs: [
          {
            resource: { attributes: attributes({ 'service.name': service }) },
            scopeLogs: [
              {
                logRecords: bodies.map(text => ({
                  timeUnixNano: String(BigInt(Date.now()) * 1_000_000n),
                  body: { stringValue: text },
                })),
              },
            ],
          },
        ],
      }
      const response = await fetch(`http://${stack.address('agent', 'otlpHttp')}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
      })
      expect(response.status).toBe(200)
    }
    const lokiValues = async () => {
      const response = await fetch(`${stack.url}/loki/api/v1/label/service_name/values`, {
        headers: headers(),
      })
      return ((await response.json()) as { data?: string[] }).data ?? []
    }
    /** Bodies of lines, and the id of the last event, once there are so many. */
    const follow = async (parameters: Record<string, string>, count: number, lastEventId = '') => {
      const abort = new AbortController()
      const response = await fetch(`${stack.url}/api/logs/tail?${new URLSearchParams(parameters)}`, {
        signal: abort.signal,
        headers: { ...headers(), ...(lastEventId === '' ? {} : { 'last-event-id': lastEventId }) },
      })
      expect(response.status).toBe(200)
      let text = ''
      for await (const chunk of response.body ?? []) {
        text += Buffer.from(chunk as Uint8Array).toString()
        if (text.split('event: log\n').length > count && text.endsWith('\n\n')) break
      }
      abort.abort()
      const events = text.split('\n\n').map(block => ({
        body: (JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? '{}') as { body?: string }).body,
        id: /^id: (.*)$/m.exec(block)?.[1] ?? '',
      }))
      const lines = events.filter(({ body }) => body !== undefined)
      return { bodies: lines.map(({ body }) => body), id: lines.at(-1)?.id ?? '' }
    }

    it('answers who shows one, on the command line too', async () => {
      const without = await run(['logs', ...stack.arguments])
      expect([without.code, without.stderr.trim().split('\n').length]).toEqual([2, 1])
      expect(without.stderr).toContain('MILLRACE_TOKEN')
      const given = await run(['labels', '--token', secret, ...stack.arguments])
      expect(given.code).toBe(0)
      process.env['MILLRACE_TOKEN'] = secret
      try {
        // of nobody: under load the roles themselves have written a line by now
        const answer = await run(['logs', '{service="nobody"}', ...stack.arguments])
        expect([answer.code, answer.stderr]).toEqual([0, expect.stringContaining('nothing in the last 1 h')])
      } finally {
        delete process.env['MILLRACE_TOKEN']
      }
      const ready = await fetch(`${stack.url}/loki/ready`)
      expect([ready.status, await ready.text()]).toEqual([200, 'ready\n'])
    })

    it.skipIf(!existsSync(chromiumPath) || !existsSync(`${root}/dist/ui/index.html`))(
      'has a page that asks for the token first (needs chromium and npm run build:ui)',
      async () => {
        const browser = await chromium.launch({ executablePath: chromiumPath })
        try {
          const page = await browser.newPage()
          await page.goto(stack.url)
          await page.getByLabel('Token').fill('not one')
          await page.getByRole('button', { name: 'Log in' }).click()
          await expect.poll(() => page.getByRole('alert').textContent()).toContain('this token is not known')
          await page.getByLabel('Token').fill(secret)
          await page.keyboard.press('Enter')
          await page.getByRole('link', { name: 'Explore' }).waitFor()
          await page.reload()
          await page.getByRole('link', { name: 'Metrics' }).waitFor()
          await page.getByRole('button', { name: 'Log out' }).click()
          await page.getByLabel('Token').waitFor()
          expect(await page.getByRole('link', { name: 'Explore' }).count()).toBe(0)
        } finally {
          await browser.close()
        }
      },
    )

    it("follows lines over Loki's WebSocket, and refuses what is wrong before it begins", async () => {
      await send('loud', ['took=1ms one', 'took=900ms two'])
      await until(async () => (await lokiValues()).includes('loud'), 20_000)
      const query = '{service_name="loud"} | logfmt | took > 500ms | line_format "{{.took}}: {{__line__}}"'
      const address = (text: string) =>
        `${stack.url.replace('http', 'ws')}/loki/api/v1/tail?${new URLSearchParams({ query: text })}`
      const refused = async (text: string, given: Record<string, string>) =>
        await new Promise<string>(resolve => {
          const socket = new WebSocket(address(text), { headers: given })
          socket.on('error', error => resolve(error.message))
          socket.on('open', () => resolve('open'))
        })
      expect(await refused(query, {})).toContain('401')
      expect(await refused('rate({a="b"}[5m])', headers())).toContain('400')
      const socket = new WebSocket(address(query), { headers: headers() })
      const lines: string[] = []
      socket.on('message', data => {
        const { streams } = JSON.parse(String(data as Buffer)) as {
          streams: { stream: Record<string, string>; values: [string, string][] }[]
        }
        for (const { stream, values } of streams)
          for (const [, line] of values) lines.push(`${stream['service_name']} ${line}`)
      })
      await until(() => Promise.resolve(lines.length === 1), 20_000)
      await send('loud', ['took=2ms three', 'took=901ms four'])
      await until(() => Promise.resolve(lines.length === 2), 20_000)
      socket.close()
      expect(lines).toEqual(['loud 900ms: took=900ms two', 'loud 901ms: took=901ms four'])
    })

    it('shows the last lines of a quiet service, and goes on where a tail left off', async () => {
      await send('quiet', ['one', 'two'])
      await until(async () => (await lokiValues()).includes('quiet'), 20_000)
      const query = '{service="quiet"}'
      const first = await follow({ query, backfill: '10' }, 2)
      expect(first.bodies).toEqual(['one', 'two'])
      await send('quiet', ['three'])
      await send('other', ['not asked for'])
      await send('quiet', ['four'])
      const second = await follow({ query }, 2, first.id)
      expect(second.bodies.toSorted()).toEqual(['four', 'three'])
      await send('quiet', ['five'])
      expect((await follow({ query }, 1, second.id)).bodies).toEqual(['five'])
    })

    it('notes when a token was used, and refuses it when it is taken back', async () => {
      const revoked = await run(['tokens', 'revoke', 'ops', ...stack.arguments])
      expect(revoked.code).toBe(0)
      expect((await fetch(`${stack.url}/api/logs`, { headers: headers() })).status).toBe(401)
    })
  },
)
