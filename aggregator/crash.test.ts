import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBroker } from '../broker/index.ts'
import { type ConfigInput, parseConfig } from '../cli/config.ts'
import { Metrics, memoryLogger, type Role, systemClock } from '../lib/base/index.ts'
import { createKafkaClient, type KafkaClient } from '../lib/kafka/client/index.ts'
import { writeBatch } from '../lib/kafka/index.ts'
import { nanosOfMs, writeLogsRequest } from '../lib/otlp/index.ts'
import { createStoreClient } from '../store/index.ts'
import { startTestStore, storeUnavailable, type TestStore } from '../store/testing/store.ts'

const reason = storeUnavailable()
const linesPerRecord = 50
const password = 'for these tests'

describe.skipIf(reason !== undefined)(
  `aggregators that are killed${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let store: TestStore
    let broker: Role
    let kafka: KafkaClient
    let client: ClickHouseClient
    let inputs: ConfigInput[]
    const children: ChildProcess[] = []

    beforeAll(async () => {
      // each aggregator has a folder of its own and so cannot look into the store's for the password
      store = await startTestStore({ clickhouse: { password } })
      client = await createStoreClient(store.config)
      const { dataDir } = store.config
      const config = parseConfig(JSON.stringify({ dataDir, broker: { listen: '127.0.0.1:0' } }), {})
      const context = {
        logger: memoryLogger().logger,
        metrics: new Metrics(),
        clock: systemClock,
        fail: () => undefined,
      }
      broker = await startBroker(config, context)
      const brokers = [broker.addresses['kafka'] ?? '']
      kafka = createKafkaClient({ brokers, clientId: 'test' })
      inputs = ['first', 'second'].map(name => ({
        dataDir: join(dataDir, name),
        kafka: { brokers },
        clickhouse: { url: store.url, password },
        aggregator: { maxDelayMs: 20, maxRows: 500 },
      }))
      await kafka.ensureTopic('otlp_logs', 4)
    }, 30_000)

    afterAll(async () => {
      for (const child of children) child.kill('SIGKILL')
      await kafka?.close()
      await broker?.close()
      await client?.close()
      await store?.close()
    }, 30_000)

    const startChild = async (place: number): Promise<ChildProcess> => {
      const file = new URL('./testing/child.ts', import.meta.url).pathname
      const child = spawn(process.execPath, [file, JSON.stringify(inputs[place])], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      })
      children.push(child)
      await once(child, 'message')
      return child
    }
    const kill = async (child: ChildProcess): Promise<void> => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    const produce = async (records: number, first: number): Promise<void> => {
      for (let i = 0; i < records; i++) {
        const result = await kafka.produce('otlp_logs', i % 4, record(first + i * linesPerRecord))
        expect(result.errorCode).toBe(0)
      }
    }
    const counts = async () => {
      const query =
        'SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(Body)) AS lines, (SELECT toUInt32(sum(Lines)) FROM log_rollup_10s) AS rolled FROM otel_logs'
      const result = await client.query({ query, format: 'JSONEachRow' })
      return (await result.json())[0]
    }

    it('count every line once, two of them at work, and the store killed as well', async () => {
      const rounds = 4
      let line = 0
      const working = await Promise.all([startChild(0), startChild(1)])
      for (let round = 0; round < rounds; round++) {
        const produced = produce(40, line)
        line += 40 * linesPerRecord
        await sleep(100 + round * 37)
        await kill(working[round % 2] as ChildProcess)
        working[round % 2] = await startChild(round % 2)
        if (round % 3 === 1) await store.crash()
        await produced
      }
      const exact = { rows: line, lines: line, rolled: line }
      await expect.poll(counts, { timeout: 40_000, interval: 250 }).toEqual(exact)
      await sleep(500)
      expect(await counts()).toEqual(exact)
      for (const child of working) {
        child.kill('SIGTERM')
        const [code] = await once(child, 'exit')
        expect(code).toBe(0)
      }
    }, 90_000)
  },
)

function record(first: number): Buffer {
  const time = nanosOfMs(Date.now())
  const records = Array.from({ length: linesPerRecord }, (_, i) => ({
    time,
    observed: time,
    severityNumber: 9,
    severityText: 'INFO',
    body: `line ${first + i}`,
    attributes: {},
  }))
  const value = writeLogsRequest(
    { resource: { 'service.name': 'web', 'host.name': 'h1' }, scope: 'test' },
    records,
  )
  return writeBatch([{ key: null, value, timestampMs: Date.now(), headers: [] }], { compression: 'zstd' })
}
