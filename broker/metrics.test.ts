import { describe, expect, it } from 'vitest'
import { apis, writeBatch } from '../lib/kafka/index.ts'
import { record, Scene, testTimeout } from './testing/scene.ts'

describe('metrics', testTimeout, () => {
  const scene = Scene.forEachTest()

  async function scrape(): Promise<Map<string, number>> {
    const response = await fetch(`http://${scene.broker.addresses['metrics']}/metrics`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/)
    const lines = (await response.text()).split('\n').filter(line => line !== '' && !line.startsWith('#'))
    return new Map(lines.map(line => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]))
  }

  it('count what passes through a topic', async () => {
    await scene.createTopic('t')
    const batch = writeBatch([record('one'), record('two')])
    await scene.produce(batch)
    await scene.produce(Buffer.from('nonsense'))
    await scene.fetch(0)
    await scene.fetch(0)
    const figures = await scrape()
    expect(figures.get('millrace_broker_bytes_in_bytes_total{topic="t"}')).toBe(batch.length)
    expect(figures.get('millrace_broker_bytes_out_bytes_total{topic="t"}')).toBe(2 * batch.length)
    expect(figures.get('millrace_broker_messages_in_total{topic="t"}')).toBe(2)
    expect(figures.get('millrace_broker_produce_requests_total{topic="t"}')).toBe(2)
    expect(figures.get('millrace_broker_failed_produce_requests_total{topic="t"}')).toBe(1)
    expect(figures.get('millrace_broker_fetch_requests_total{topic="t"}')).toBe(2)
    expect(figures.get('millrace_broker_log_size_bytes{topic="t"}')).toBe(batch.length)
    expect(figures.get('millrace_broker_unsynced_bytes')).toBe(0)
  })

  it('count fetch sessions and their partitions', async () => {
    await scene.createTopic('t', 2)
    const partitions = [0, 1].map(partition => ({ partition, fetchOffset: 0, partitionMaxBytes: 100 }))
    const topics = [{ topic: 't', partitions }]
    const request = { maxWaitMs: 0, minBytes: 1, sessionEpoch: 0, topics }
    const { sessionId } = await scene.client.send(apis.fetch, 12, request)
    const counts = async () => {
      const figures = await scrape()
      const names = ['sessions', 'partitions', 'session_evictions_total']
      return names.map(name => figures.get(`millrace_broker_incremental_fetch_${name}`))
    }
    expect(await counts()).toEqual([1, 2, 0])
    await scene.client.send(apis.fetch, 12, { ...request, sessionId, sessionEpoch: -1 })
    expect(await counts()).toEqual([0, 0, 0])
  })

  it('tell how long requests take, with percentiles, and how many connections there are', async () => {
    await scene.createTopic('t')
    for (let i = 0; i < 20; i++) await scene.produce(writeBatch([record('x')]))
    const figures = await scrape()
    expect(figures.get('millrace_broker_request_time_milliseconds_count{api="Produce"}')).toBe(20)
    const half = figures.get(
      'millrace_broker_request_time_percentile_milliseconds{api="Produce",quantile="0.5"}',
    )
    const most = figures.get(
      'millrace_broker_request_time_percentile_milliseconds{api="Produce",quantile="0.99"}',
    )
    expect(half).toBeGreaterThan(0)
    expect(most).toBeGreaterThanOrEqual(half ?? 0)
    expect(figures.get('millrace_broker_connections')).toBe(1)
    expect(figures.get('process_memory_usage_bytes')).toBeGreaterThan(1e6)
  })

  it('tell how far groups are behind', async () => {
    await scene.createTopic('t')
    await scene.produce(writeBatch([record('a'), record('b'), record('c')]))
    await scene.client.send(apis.offsetCommit, 8, {
      groupId: 'g',
      generationIdOrMemberEpoch: -1,
      memberId: '',
      groupInstanceId: null,
      topics: [
        {
          name: 't',
          partitions: [
            { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: -1, committedMetadata: null },
          ],
        },
      ],
    })
    const figures = await scrape()
    expect(figures.get('millrace_broker_group_lag{group="g",topic="t",partition="0"}')).toBe(2)
    expect(figures.get('millrace_broker_groups{state="Empty"}')).toBe(1)
  })

  it('have one page and a sign of life, and nothing else', async () => {
    const at = (path: string, method = 'GET') =>
      fetch(`http://${scene.broker.addresses['metrics']}${path}`, { method })
    expect((await at('/healthz')).status).toBe(200)
    expect((await at('/')).status).toBe(404)
    expect((await at('/metrics', 'POST')).status).toBe(404)
  })
})
