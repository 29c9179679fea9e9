import { writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeUnavailable } from '../../store/testing/store.ts'
import { run, type Stack, startStack } from './stack.ts'

const reason = storeUnavailable()
const rules = `
groups:
  - name: queue
    interval: 1s
    rules:
      - record: job:queue_length:max
        expr: max by (job) (queue_length)
        labels: { from: rules }
      - alert: QueueLong
        expr: job:queue_length:max > 10
        for: 1s
        labels: { severity: page }
        annotations: { summary: 'queue of {{ $labels.job }} has {{ $value | humanize }}' }
`
interface Told {
  status: string
  alerts: { status: string; labels: Record<string, string>; annotations: Record<string, string> }[]
}

describe.skipIf(reason !== undefined)(
  `alerts${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 120_000 },
  () => {
    let stack: Stack
    let server: Server
    let length = 50
    let sending: NodeJS.Timeout
    const told: Told[] = []

    beforeAll(async () => {
      server = createServer((request, response) => {
        let body = ''
        request.on('data', chunk => {
          body += String(chunk)
        })
        request.on('end', () => {
          told.push(JSON.parse(body) as Told)
          response.end()
        })
      })
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as { port: number }
      const receiver = `{name: ops, webhook: [{url: "http://127.0.0.1:${port}/"}]}`
      const route = '{receiver: ops, groupWaitMs: 0, groupIntervalMs: 500}'
      const file = '/rules.yaml'
      stack = await startStack(
        [
          'agent.sources=[{type: otlp, http: "127.0.0.1:0", grpc: null}]',
          'telemetry.enabled=false',
          'rules=["data/rules.yaml"]',
          `alerting={receivers: [${receiver}], route: ${route}}`,
        ],
        async dataDir => {
          const { mkdir } = await import('node:fs/promises')
          await mkdir(dataDir, { recursive: true })
          await writeFile(join(dataDir, file), rules)
        },
      )
      sending = setInterval(() => void send(stack, length), 500)
    }, 90_000)

    afterAll(async () => {
      clearInterval(sending)
      await stack?.stop()
      server?.close()
    }, 60_000)

    const ask = async (path: string) =>
      (await (await fetch(`${stack.url}${path}`)).json()) as Record<string, unknown>
    const alertsNow = async () => {
      const { data } = (await ask('/prometheus/api/v1/alerts')) as {
        data: { alerts: Record<string, unknown>[] }
      }
      return data.alerts
    }

    it('fires when the condition holds, is told of, and what is recorded is a metric', async () => {
      await expect.poll(() => told.length, { timeout: 60_000 }).toBeGreaterThan(0)
      expect(told[0]).toMatchObject({
        status: 'firing',
        alerts: [
          {
            status: 'firing',
            labels: { alertname: 'QueueLong', job: 'shop', from: 'rules', severity: 'page' },
            annotations: { summary: 'queue of shop has 50' },
          },
        ],
      })
      await expect
        .poll(
          async () => {
            const { data } = (await ask('/prometheus/api/v1/query?query=job:queue_length:max')) as {
              data: { result: { value: unknown[] }[] }
            }
            return data.result[0]?.value[1]
          },
          { timeout: 20_000 },
        )
        .toBe('50')
      const { data } = (await ask('/prometheus/api/v1/rules')) as { data: { groups: { rules: unknown[] }[] } }
      expect(data.groups[0]?.rules).toMatchObject([
        { type: 'recording', name: 'job:queue_length:max', health: 'ok' },
        { type: 'alerting', name: 'QueueLong', state: 'firing', health: 'ok', language: 'promql' },
      ])
    })

    it('keeps the group that evaluates from looking as if it were behind', async () => {
      const lag = async () => {
        const { stdout } = await run(['groups', 'millrace_rules', '--json', ...stack.arguments])
        return (JSON.parse(stdout) as { lagRecords: number }).lagRecords
      }
      await expect.poll(lag, { timeout: 20_000 }).toBeLessThan(10)
    })

    it('goes on where it was after the query role was killed', async () => {
      const [before] = await alertsNow()
      const pid = stack.rolePid('query')
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
      await expect.poll(async () => (await alertsNow().catch(() => [])).length, { timeout: 60_000 }).toBe(1)
      const [after] = await alertsNow()
      expect([after?.['activeAt'], after?.['state']]).toEqual([before?.['activeAt'], 'firing'])
    })

    it('is not told of while it is silenced, and is told of when it ends', async () => {
      const nowMs = Date.now()
      const silence = {
        matchers: [{ name: 'alertname', value: 'Other', isRegex: false, isEqual: true }],
        startsAt: new Date(nowMs).toISOString(),
        endsAt: new Date(nowMs + 3_600_000).toISOString(),
        createdBy: 'test',
        comment: 'another',
      }
      const made = await fetch(`${stack.url}/api/silences`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(silence),
      })
      const { silenceID } = (await made.json()) as { silenceID: string }
      expect(await ask('/api/silences')).toMatchObject([{ id: silenceID, status: { state: 'active' } }])
      await fetch(`${stack.url}/api/silences/${silenceID}`, { method: 'DELETE' })
      expect(await ask('/api/silences')).toMatchObject([{ id: silenceID, status: { state: 'expired' } }])
      const count = told.length
      length = 1
      await expect
        .poll(() => told.slice(count).some(({ status }) => status === 'resolved'), { timeout: 30_000 })
        .toBe(true)
    })
  },
)

async function send(stack: Stack, value: number): Promise<void> {
  const point = { timeUnixNano: String(BigInt(Date.now()) * 1_000_000n), asDouble: value }
  const body = {
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeMetrics: [{ metrics: [{ name: 'queue_length', gauge: { dataPoints: [point] } }] }],
      },
    ],
  }
  await fetch(`http://${stack.address('agent', 'otlpHttp')}/v1/metrics`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => undefined)
}
