import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Clock } from '../../lib/base/index.ts'
import { type LogRecordInput, writeLogsRequest } from '../../lib/otlp/index.ts'
import { transformsConfig } from './config.ts'
import { preview } from './preview.ts'
import { testContext } from './testing/run-rules.ts'

const time = { seconds: 1_795_885_646, nanos: 0 }
const record = (body: string, attributes: Record<string, string>): LogRecordInput => ({
  time,
  observed: time,
  severityNumber: 9,
  severityText: 'INFO',
  body,
  attributes,
})
const request = (...records: LogRecordInput[]) =>
  writeLogsRequest({ resource: { 'service.name': 'cart', 'host.name': 'h1' }, scope: 's' }, records)
const run = (rules: unknown, requests: Buffer[], changes = {}) =>
  preview(
    { transforms: z.parse(transformsConfig, rules), context: testContext(changes), examples: 2 },
    requests,
  )

describe('a preview', () => {
  it('says what each rule does with records that are there already', async () => {
    let now = 0
    const clock: Clock = { nowMs: () => 0, monotonicMs: () => now++ }
    const report = await run(
      [
        { type: 'remove', fields: ['debug'], where: 'debug != ""' },
        { type: 'set', fields: { team: 'shop' }, where: 'debug = "" and path != "/healthz"' },
        { type: 'drop', name: 'health', where: 'path = "/healthz"' },
      ],
      [
        request(
          record('GET /cart', { path: '/cart', debug: 'xyz' }),
          record('GET /healthz', { path: '/healthz' }),
        ),
        request(...Array.from({ length: 3 }, (_, i) => record(`GET /healthz ${i}`, { path: '/healthz' }))),
      ],
      { clock },
    )
    expect(report).toMatchObject({ records: 5, kept: 1 })
    expect(report.rules.map(({ examples, ...figures }) => figures)).toEqual([
      { name: 'remove', matched: 1, changed: 1, dropped: 0, bytesSaved: expect.any(Number), cpuMs: 5 },
      { name: 'set', matched: 1, changed: 1, dropped: 0, bytesSaved: expect.any(Number), cpuMs: 5 },
      { name: 'health', matched: 4, changed: 0, dropped: 4, bytesSaved: expect.any(Number), cpuMs: 5 },
    ])
    const saved = report.rules.map(rule => rule.bytesSaved)
    expect(saved[0]).toBeGreaterThan('debugxyz'.length)
    expect(saved[1]).toBeLessThan(0)
    expect(report.bytesBefore - report.bytesAfter).toBe(saved.reduce((sum, bytes) => sum + bytes, 0))
    const same = {
      time: '2026-11-28T17:07:26Z',
      level: 'info',
      service: 'cart',
      host: 'h1',
      body: 'GET /cart',
    }
    expect(report.rules[0]?.examples).toEqual([
      {
        before: { ...same, attributes: { path: '/cart', debug: 'xyz' } },
        after: { ...same, attributes: { path: '/cart' } },
      },
    ])
    expect(report.rules[1]?.examples).toEqual([
      {
        before: { ...same, attributes: { path: '/cart' } },
        after: { ...same, attributes: { path: '/cart', team: 'shop' } },
      },
    ])
    expect(report.rules[2]?.examples.map(({ before, after }) => [before.body, after])).toEqual([
      ['GET /healthz', undefined],
      ['GET /healthz 0', undefined],
    ])
  })

  it('counts records that were joined once', async () => {
    const report = await run(
      [{ type: 'join', start: '^\\S' }],
      [request(record('one', {}), record(' two', {}), record('three', {}))],
    )
    expect(report).toMatchObject({ records: 3, kept: 2 })
  })

  it('leaves out what is no request, and says so', async () => {
    const report = await run([], [Buffer.from('nonsense'), request(record('one', {}))])
    expect(report).toMatchObject({ records: 1, kept: 1, unreadable: 1 })
  })
})
