import { describe, expect, test } from 'vitest'
import { eventTime, pack, receiving } from './testing/receiving.ts'

describe.concurrent('a forward source', () => {
  test('takes times in any unit, and that of reading where there is none', async () => {
    await receiving(async ({ send, items }) => {
      const times = [1_700_000_000, 1_700_000_000.5, 1_700_000_000_123, 1_700_000_000_123_456_789n, 0, -5]
      const list = times.map(time => [time, { message: `at ${time}` }])
      await send(pack(['t', list, { chunk: 'c1' }]), pack({ ack: 'c1' }).length)
      const found = (await items()).map(({ json }) => String(json['timeUnixNano']))
      expect(found.slice(0, 4)).toEqual([
        '1700000000000000000',
        '1700000000500000000',
        '1700000000123000000',
        '1700000000123456789',
      ])
      const observed = (await items()).map(({ json }) => String(json['observedTimeUnixNano']))
      expect(found.slice(4)).toEqual(observed.slice(4))
      expect((await items()).map(({ attributes }) => attributes['millrace.forward.problem'])).toEqual(
        times.map(() => undefined),
      )
    })
  })

  test('takes a message whose time is a text, or nil', async () => {
    await receiving(async ({ send, items }) => {
      const answer = pack({ ack: 'c1' }).length
      await send(pack(['t', '2023-11-14T22:13:20.5Z', { message: 'a' }, { chunk: 'c1' }]), answer)
      await send(pack(['t', null, { message: 'b' }, { chunk: 'c2' }]), answer)
      const [first, second, ...more] = await items()
      expect(more).toEqual([])
      expect(first).toMatchObject({ body: 'a', json: { timeUnixNano: '1700000000500000000' } })
      expect(second?.body).toBe('b')
      expect(second?.json['timeUnixNano']).toBe(second?.json['observedTimeUnixNano'])
      expect(second?.attributes['millrace.forward.problem']).toBeUndefined()
    })
  })

  test('says what begins a group of all events of it, and of each what stands beside it', async () => {
    await receiving(async ({ send, items }) => {
      const at = (seconds: number) => eventTime(seconds, 0)
      const otlp = { severity_number: 17, trace_id: Buffer.alloc(16, 0xab), attributes: { route: '/x' } }
      const resource = { attributes: { 'service.name': 'checkout', region: 'eu' } }
      const list = [
        [[at(0xffff_ffff), {}], { resource, scope: { name: 'lib', version: '1' } }],
        [[at(1_700_000_000), { otlp }], { log: 'in the group' }],
        [[at(0xffff_fffe), {}], {}],
        [[at(1_700_000_001), { from: 'tail' }], { log: 'behind it' }],
      ]
      await send(pack(['t', list, { chunk: 'c1' }]), pack({ ack: 'c1' }).length)
      const [first, second, ...more] = await items()
      expect(more).toEqual([])
      expect(first).toMatchObject({ service: 'checkout', body: 'in the group' })
      expect(first?.attributes).toMatchObject({ region: 'eu', route: '/x', 'otel.scope.name': 'lib' })
      expect(first?.json).toMatchObject({ severityNumber: 17, traceId: 'ab'.repeat(16) })
      expect(second).toMatchObject({
        service: 't',
        body: 'behind it',
        attributes: { 'metadata.from': 'tail' },
      })
    })
  })

  test('names the service of an event without a tag', async () => {
    await receiving(async ({ send, items }) => {
      await send(pack(['', 1, { message: 'a' }, { chunk: 'c1' }]), pack({ ack: 'c1' }).length)
      expect((await items())[0]).toMatchObject({ service: 'forward', body: 'a' })
    })
  })
})
