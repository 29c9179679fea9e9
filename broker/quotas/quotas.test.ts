import { expect, test } from 'vitest'
import { FakeClock } from '../../lib/base/index.ts'
import type { MetadataStore } from '../topics/metadata-store.ts'
import { type QuotaDocument, QuotaTable } from './quota-table.ts'
import { Rate } from './rate.ts'
import { Throttle } from './throttle.ts'

function tableOf(documents: QuotaDocument[]): QuotaTable {
  const kept = new Map<string, unknown>()
  const store = {
    documents: () => kept,
    putDocuments: (_kind: string, changes: [string, unknown][]) => {
      for (const [key, document] of changes) kept.set(key, document)
      return Promise.resolve()
    },
  }
  const table = new QuotaTable(store as unknown as MetadataStore)
  void table.put(documents)
  return table
}

test('a rate is taken over the last ten seconds', () => {
  const rate = new Rate()
  for (let second = 0; second < 30; second++) rate.add(100, second * 1000)
  expect(rate.perSecond(29_500)).toBeGreaterThan(95)
  expect(rate.perSecond(29_500)).toBeLessThan(115)
  expect(rate.perSecond(60_000)).toBe(0)
})

test('who is twice over the limit waits until it is on it', () => {
  const rate = new Rate()
  rate.add(2_000, 0)
  expect(rate.perSecond(0)).toBe(200)
  expect(rate.excessMs(200, 0)).toBe(0)
  expect(rate.excessMs(100, 0)).toBe(10_000)
})

test('the most specific quota counts, in the order of KIP-55', () => {
  const levels: QuotaDocument['entity'][] = [
    { 'client-id': null },
    { 'client-id': 'app' },
    { user: null },
    { user: null, 'client-id': null },
    { user: null, 'client-id': 'app' },
    { user: 'ada' },
    { user: 'ada', 'client-id': null },
    { user: 'ada', 'client-id': 'app' },
  ]
  for (let i = 0; i < levels.length; i++) {
    const documents = levels
      .slice(0, i + 1)
      .map((entity, level) => ({ entity, values: { producer_byte_rate: level + 1 } }))
    const limit = tableOf(documents).limitFor('producer_byte_rate', 'ada', 'app')
    expect(limit?.perSecond).toBe(i + 1)
  }
})

test('a quota for everyone counts each one apart, a quota for one all of its clients together', () => {
  const everyone = tableOf([{ entity: { user: null }, values: { producer_byte_rate: 1 } }])
  const bucket = (table: QuotaTable, user: string, client: string) =>
    table.limitFor('producer_byte_rate', user, client)?.bucket
  expect(bucket(everyone, 'ada', 'x')).not.toBe(bucket(everyone, 'eve', 'x'))
  expect(bucket(everyone, 'ada', 'x')).toBe(bucket(everyone, 'ada', 'y'))
})

test('bytes and thread time are charged against their own quotas', () => {
  const clock = new FakeClock(0)
  const table = tableOf([
    {
      entity: { user: 'ada' },
      values: { producer_byte_rate: 100, consumer_byte_rate: 1_000, request_percentage: 1 },
    },
  ])
  const charge = (usage: { producedBytes?: number; fetchedBytes?: number; threadMs?: number }) =>
    new Throttle(table, clock).charge('User:ada', 'app', {
      producedBytes: 0,
      fetchedBytes: 0,
      threadMs: 0,
      ...usage,
    })
  expect(charge({ producedBytes: 2_000 })).toBe(10_000)
  expect(charge({ fetchedBytes: 2_000 })).toBe(0)
  expect(charge({ fetchedBytes: 20_000 })).toBe(10_000)
  // a percent of ten seconds are 100 ms
  expect(charge({ threadMs: 100 })).toBe(0)
  expect(charge({ threadMs: 200 })).toBe(10_000)
})

test('who has no quota is not counted', () => {
  const throttle = new Throttle(tableOf([]), new FakeClock(0))
  expect(throttle.isIdle).toBe(true)
  expect(throttle.charge('User:ada', null, { producedBytes: 1e9, fetchedBytes: 0, threadMs: 0 })).toBe(0)
})
