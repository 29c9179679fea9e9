import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { makeCertificate } from '../../agent/testing/certificate.ts'
import { peerProgram, receiving } from './receiving.ts'

const program = peerProgram('otelcol', 'telemetrygen') ?? ''
const run = promisify(execFile)
const otlp = { type: 'otlp', http: '127.0.0.1:0', grpc: '127.0.0.1:0' }

/** Sends so many of a signal; what it says where it fails is the error's. */
function generate(signal: 'logs' | 'metrics' | 'traces', count: number, args: readonly string[]) {
  return run(program, [signal, `--${signal}=${count}`, '--workers=1', '--rate=0', '--service=gen', ...args])
}

describe.skipIf(program === '')('telemetrygen (needs ../shared/peers/otelcol installed)', () => {
  test.each([
    ['gRPC', 'otlpGrpc', []],
    ['HTTP', 'otlpHttp', ['--otlp-http']],
  ] as const)(
    'sends logs, metrics and traces over %s',
    async (_, name, extra) => {
      await receiving(otlp, async ({ addresses, items }) => {
        const to = ['--otlp-insecure', '--otlp-endpoint', addresses[name] ?? '', ...extra]
        await generate('logs', 7, to)
        await generate('metrics', 5, to)
        await generate('traces', 3, to)
        const logs = await items('logs')
        expect(logs.map(({ service }) => service)).toEqual(Array(7).fill('gen'))
        expect(logs[0]?.body).toBe('the message')
        expect((await items('metrics')).length).toBe(5)
        // each trace is of a parent and a child
        expect((await items('traces')).length).toBe(6)
      })
    },
    60_000,
  )

  test.each([
    ['gRPC', 'otlpGrpc', []],
    ['HTTP', 'otlpHttp', ['--otlp-http']],
  ] as const)(
    'over %s with TLS is let in by its token alone',
    async (_, name, extra) => {
      const { cert, key, remove } = makeCertificate()
      await receiving({ ...otlp, tls: { cert, key }, token: 'right' }, async ({ addresses, items }) => {
        const to = ['--ca-cert', cert, '--otlp-endpoint', addresses[name] ?? '', ...extra]
        const header = (token: string) => ['--otlp-header', `authorization="Bearer ${token}"`]
        await generate('logs', 2, [...to, ...header('right')])
        expect(await items()).toHaveLength(2)
        await generate('logs', 2, [...to, ...header('wrong')]).catch((error: { stderr: string }) => {
          expect(error.stderr).toMatch(/401|Unauthenticated|token/i)
        })
        expect(await items()).toHaveLength(2)
      })
      remove()
    },
    60_000,
  )
})
