import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { storeUnavailable } from '../../store/testing/store.ts'
import { type Stack, startStack, until } from './stack.ts'

const reason = storeUnavailable()
const timeoutMs = 20_000
const delaySeconds = 2

interface Tailed {
  line: string
  stream: Record<string, string>
  /** When it came, less when it was written. */
  afterMs: number
}

describe.skipIf(reason !== undefined)(
  `lines held back by Loki's tail${reason === undefined ? '' : ` (${reason})`}`,
  { timeout: 60_000 },
  () => {
    let stack: Stack
    const open: WebSocket[] = []
    beforeAll(async () => {
      stack = await startStack([
        'agent.sources=[{type: http, listen: 127.0.0.1:0, parse: none}]',
        'telemetry.enabled=false',
      ])
    }, 60_000)
    afterAll(async () => {
      for (const socket of open) socket.terminate()
      await stack?.stop()
    })

    const tail = async (more: Record<string, string>) => {
      const parameters = new URLSearchParams({ query: '{app="tailed"}', ...more })
      const address = `${stack.url.replace('http', 'ws')}/loki/api/v1/tail?${parameters}`
      const socket = new WebSocket(address)
      open.push(socket)
      const lines: Tailed[] = []
      socket.on('message', message => {
        const { streams } = JSON.parse(String(message)) as {
          streams: { stream: Record<string, string>; values: [string, string][] }[]
        }
        for (const { stream, time, line } of streams.flatMap(({ stream, values }) =>
          values.map(([time, line]) => ({ stream, time, line })),
        ))
          lines.push({ line, stream, afterMs: Date.now() - Number(BigInt(time) / 1_000_000n) })
      })
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
      return lines
    }
    const push = async (...lines: string[]) => {
      const values = lines.map((line, i) => [String(BigInt(Date.now()) * 1_000_000n + BigInt(i)), line])
      const response = await fetch(`http://${stack.address('agent', 'http')}/loki/api/v1/push`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ streams: [{ stream: { app: 'tailed' }, values }] }),
      })
      expect(response.status).toBe(204)
    }

    it('come when they are so old, in their order; without a delay before that', async () => {
      const now = await tail({})
      const held = await tail({ delay_for: String(delaySeconds) })
      await push('one', 'two', 'three')
      await until(() => held.length === 3, timeoutMs)
      expect(held.map(({ line }) => line)).toEqual(['one', 'two', 'three'])
      for (const { afterMs } of held) expect(afterMs).toBeGreaterThanOrEqual(delaySeconds * 1000 - 1)
      expect(now.map(({ line }) => line)).toEqual(['one', 'two', 'three'])
      for (const { stream } of now)
        expect(stream).toEqual({ app: 'tailed', service_name: 'tailed', detected_level: 'unknown' })
    })

    it('have the labels that were pushed and no others, as where they are searched', async () => {
      const labels = { app: 'tailed', service_name: 'tailed', detected_level: 'unknown' }
      const stored = await tail({ limit: '1' })
      await until(() => stored.length > 0, timeoutMs)
      expect(stored[0]?.stream).toEqual(labels)
      const parameters = new URLSearchParams({ query: '{app="tailed"}', limit: '1' })
      const answer = await fetch(`${stack.url}/loki/api/v1/query_range?${parameters}`)
      const { data } = (await answer.json()) as { data: { result: { stream: object }[] } }
      expect(data.result[0]?.stream).toEqual(labels)
    })

    it('come at once where they are older already', async () => {
      const held = await tail({ delay_for: '5', limit: '2' })
      await until(() => held.length === 2, timeoutMs)
      expect(held.map(({ line }) => line)).toEqual(['two', 'three'])
    })

    it.each([
      ['delay_for', '6', "delay_for can't be greater than 5"],
      ['delay_for', 'x', 'delay_for is whole seconds'],
      ['delay_for', '-1', 'delay_for is whole seconds'],
      ['limit', 'abc', 'limit must be a positive value, found abc'],
      ['start', 'soon', 'start'],
      ['query', 'rate({app="tailed"}[1m])', 'only lines are followed'],
    ])('are refused for %s=%s', async (name, value, error) => {
      const parameters = new URLSearchParams({ query: '{app="tailed"}', [name]: value })
      const response = await fetch(`${stack.url}/loki/api/v1/tail?${parameters}`)
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(error)])
    })
  },
)
