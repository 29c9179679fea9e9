import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  ProblemAnswer,
  StreamGroupAnswer,
  StreamGroupsAnswer,
  StreamLagAnswer,
  StreamMessagesAnswer,
  StreamResetAnswer,
  StreamSecurityAnswer,
  StreamTopicAnswer,
  StreamTopicsAnswer,
  StreamTransactionsAnswer,
} from '../../query/index.ts'
import { type Stack, startStack, until } from './stack.ts'

let stack: Stack

async function ask(method: string, path: string, body?: unknown): Promise<Response> {
  const init =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
  return await fetch(`${stack.url}/api/streams${path}`, { method, ...init })
}

async function get<T>(path: string): Promise<T> {
  const response = await ask('GET', path)
  expect(response.status, path).toBe(200)
  return (await response.json()) as T
}

async function expectDone(method: string, path: string, body?: unknown): Promise<void> {
  const response = await ask(method, path, body)
  expect(response.status, await response.clone().text()).toBeLessThan(300)
}

describe('topics and groups by HTTP, where changes are allowed', () => {
  beforeAll(async () => {
    stack = await startStack([
      'agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}]',
      'query.streams=write',
    ])
    await expectDone('POST', '/topics', {
      name: 'orders',
      partitions: 2,
      configs: { 'retention.ms': '60000' },
    })
  }, 90_000)
  afterAll(async () => void (await stack?.stop()), 60_000)

  it('lists topics with partitions and sizes', async () => {
    const { topics, writable, cluster } = await get<StreamTopicsAnswer>('/topics')
    expect(writable).toBe(true)
    expect(cluster.brokers).toBe(1)
    expect(topics.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['orders', 'otlp_logs', '__consumer_offsets']),
    )
    expect(topics.find(({ name }) => name === 'orders')).toMatchObject({ partitions: 2, records: 0 })
  })

  it('changes a configuration after a preview, and refuses what the broker refuses', async () => {
    const retention = async () =>
      (await get<StreamTopicAnswer>('/topics/orders')).configs.find(({ name }) => name === 'retention.ms')
    const change = { configs: { 'retention.ms': '120000' } }
    await expectDone('PATCH', '/topics/orders', { ...change, validateOnly: true })
    expect((await retention())?.value).toBe('60000')
    await expectDone('PATCH', '/topics/orders', change)
    expect(await retention()).toMatchObject({ value: '120000', source: 'topic', isDefault: false })
    await expectDone('PATCH', '/topics/orders', { configs: { 'retention.ms': null }, partitions: 3 })
    expect((await retention())?.isDefault).toBe(true)
    expect((await get<StreamTopicAnswer>('/topics/orders')).partitions).toHaveLength(3)
    const refused = await ask('PATCH', '/topics/orders', { configs: { 'retention.ms': 'soon' } })
    expect(refused.status).toBe(422)
    expect(((await refused.json()) as ProblemAnswer).detail).toContain('retention.ms')
    expect((await ask('GET', '/topics/nobody')).status).toBe(404)
  })

  it('writes records and reads them by offset, time, key and text, decoded', async () => {
    for (const [key, value] of [
      ['a', '{"total": 5}'],
      ['b', 'plain words'],
      ['a', '{"total": 7}'],
    ])
      await expectDone('POST', '/topics/orders/messages', {
        key,
        value,
        partition: 1,
        headers: [{ key: 'h', value: 'x' }],
      })
    const read = async (search: string) =>
      (await get<StreamMessagesAnswer>(`/topics/orders/messages?${search}`)).messages
    const latest = await read('limit=2')
    expect(latest.map(({ offset }) => offset)).toEqual([2, 1])
    expect(latest[0]).toMatchObject({
      partition: 1,
      key: { format: 'text', value: 'a' },
      value: { format: 'json', value: { total: 7 }, bytes: 12, cut: false },
      headers: [{ key: 'h', value: 'x' }],
    })
    expect((await read('limit=1&text=total')).map(({ offset }) => offset)).toEqual([2])
    expect((await read('limit=1&text=words')).map(({ offset }) => offset)).toEqual([1])
    expect((await read('from=offset:1&partition=1')).map(({ offset }) => offset)).toEqual([1, 2])
    expect((await read('from=earliest&key=a')).map(({ offset }) => offset)).toEqual([0, 2])
    const page = await get<StreamMessagesAnswer>('/topics/orders/messages?from=earliest&limit=2')
    expect(page.messages.map(({ offset }) => offset)).toEqual([0, 1])
    const { messages: rest, next } = await get<StreamMessagesAnswer>(
      `/topics/orders/messages?limit=2&from=${page.next}`,
    )
    expect([rest.map(({ offset }) => offset), next]).toEqual([[2], null])
    const { before } = await get<StreamMessagesAnswer>('/topics/orders/messages?limit=2')
    expect((await read(`limit=2&from=${before}`)).map(({ offset }) => offset)).toEqual([0])
    expect(await read('from=2099-01-01T00:00')).toEqual([])
    const whole = await ask('GET', '/topics/orders/partitions/1/records/2/value')
    expect(await whole.text()).toBe('{"total": 7}')
    expect(whole.headers.get('content-disposition')).toContain('orders-1-2.value')
    expect((await ask('GET', '/topics/orders/partitions/1/records/77/value')).status).toBe(404)
    expect((await read('from=earliest&text=words')).map(({ offset }) => offset)).toEqual([1])
    expect(await read('from=earliest&partition=0')).toEqual([])
    expect((await read('from=now-1m&format=hex')).at(1)?.value).toMatchObject({ format: 'hex' })
    expect((await ask('GET', '/topics/orders/messages?partition=9')).status).toBe(404)
    expect((await ask('GET', '/topics/orders/messages?from=yesterdayish')).status).toBe(400)
  })

  it('follows a topic live', async () => {
    const ended = new AbortController()
    const response = await fetch(`${stack.url}/api/streams/topics/orders/messages/live?text=live`, {
      signal: ended.signal,
    })
    let text = ''
    const reading = (async () => {
      for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
    })().catch((error: Error) => error.name)
    await until(() => text.includes('heartbeat'), 20_000)
    await expectDone('POST', '/topics/orders/messages', { key: null, value: 'not this' })
    await expectDone('POST', '/topics/orders/messages', { key: null, value: 'a live one' })
    await until(
      () => text.includes('a live one'),
      20_000,
      () => text,
    )
    expect(text).not.toContain('not this')
    ended.abort()
    expect(await reading).toBe('AbortError')
  }, 60_000)

  it('shows groups with their lag, and resets one after a preview', async () => {
    const { groups } = await get<StreamGroupsAnswer>('/groups')
    const aggregator = groups.find(({ topics }) => topics.includes('otlp_logs'))
    expect(aggregator).toMatchObject({ state: 'Stable', lagRecords: expect.any(Number) })
    const one = await get<StreamGroupAnswer>(`/groups/${aggregator?.group}`)
    expect(one.members.length).toBeGreaterThan(0)
    expect(one.partitions.map(({ topic }) => topic)).toContain('otlp_logs')
    const history = () => get<StreamLagAnswer>(`/groups/${aggregator?.group}/lag`)
    await until(async () => (await history()).samples.length > 0, 30_000)
    const [sample] = (await history()).samples
    expect(sample?.topics.map(({ topic }) => topic)).toContain('otlp_logs')
    const busy = await ask('POST', `/groups/${aggregator?.group}/reset`, {
      topics: ['otlp_logs'],
      to: { to: 'earliest' },
      apply: true,
    })
    expect(busy.status).toBe(422)
    const preview = (await (
      await ask('POST', `/groups/${aggregator?.group}/reset`, {
        topics: ['otlp_logs'],
        to: { to: 'earliest' },
      })
    ).json()) as StreamResetAnswer
    expect(preview.applied).toBe(false)
    expect(preview.rows.every(({ next, topic }) => next === 0 && topic === 'otlp_logs')).toBe(true)
    expect((await ask('GET', '/groups/nobody')).status).toBe(404)
  }, 30_000)

  it('gives numbers of JSON as they were written, however long they are', async () => {
    const value = '{"id":23958446825181076828,"price":1.10}'
    await expectDone('POST', '/topics', { name: 'longs', partitions: 1, configs: {} })
    await expectDone('POST', '/topics/longs/messages', { key: null, value, headers: [] })
    const found = await (await ask('GET', '/topics/longs/messages?from=earliest')).text()
    expect(found).toContain(`"value":${value}`)
  })

  it('shows transactions, users, quotas, and no access rules where everybody may do everything', async () => {
    expect((await get<StreamTransactionsAnswer>('/transactions')).transactions).toEqual([])
    await expectDone('PUT', '/users', { name: 'ann', mechanism: 'SCRAM-SHA-256', password: 'secret' })
    await expectDone('PUT', '/quotas', { entity: { user: 'ann' }, values: { producer_byte_rate: 1000 } })
    const found = await get<StreamSecurityAnswer>('/security')
    expect(found.acls).toBeNull()
    expect(found.why).toBe('')
    expect(found.users).toMatchObject([{ name: 'ann', mechanisms: [{ mechanism: 'SCRAM-SHA-256' }] }])
    expect(found.quotas).toEqual([{ entity: { user: 'ann' }, values: { producer_byte_rate: 1000 } }])
    await expectDone('DELETE', '/users', { name: 'ann', mechanism: 'SCRAM-SHA-256' })
    await expectDone('PUT', '/quotas', { entity: { user: 'ann' }, values: { producer_byte_rate: null } })
    const left = await get<StreamSecurityAnswer>('/security')
    expect([left.users, left.quotas]).toEqual([[], []])
  })

  it('deletes a topic', async () => {
    await expectDone('DELETE', '/topics/orders')
    await until(async () => (await ask('GET', '/topics/orders')).status === 404, 20_000)
  }, 30_000)
})

describe('topics and groups by HTTP, as they are by default', () => {
  beforeAll(async () => {
    stack = await startStack(['agent.sources=[{type: otlp, http: 127.0.0.1:0, grpc: null}]'])
  }, 90_000)
  afterAll(async () => void (await stack?.stop()), 60_000)

  it('may be looked at, and not changed', async () => {
    expect((await get<StreamTopicsAnswer>('/topics')).writable).toBe(false)
    const attempts: [string, string, unknown?][] = [
      ['POST', '/topics', { name: 'x' }],
      ['PATCH', '/topics/otlp_logs', { configs: { 'retention.ms': '1' } }],
      ['DELETE', '/topics/otlp_logs'],
      ['POST', '/topics/otlp_logs/messages', { value: 'x' }],
      ['POST', '/groups/g/reset', { to: { to: 'earliest' }, apply: true }],
      ['DELETE', '/groups/g'],
      ['PUT', '/users', { name: 'a', mechanism: 'SCRAM-SHA-256', password: 'p' }],
      ['DELETE', '/users', { name: 'a', mechanism: 'SCRAM-SHA-256' }],
      ['PUT', '/quotas', { entity: { user: 'a' }, values: {} }],
    ]
    for (const [method, path, body] of attempts) {
      const response = await ask(method, path, body)
      expect(response.status, `${method} ${path}`).toBe(403)
      expect(((await response.json()) as ProblemAnswer).detail).toContain('query.streams')
    }
  })
})
