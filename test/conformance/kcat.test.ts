import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestBroker, type TestBroker } from '../../broker/testing/start-broker.ts'
import { hasKcat, kcat } from './tools.ts'

const timeout = 60_000

describe.skipIf(!hasKcat)("librdkafka's kcat (skipped where it is not installed)", { timeout }, () => {
  let broker: TestBroker
  beforeAll(async () => {
    broker = await startTestBroker()
  }, timeout)
  afterAll(() => broker.close(), timeout)

  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => String(from + i))
  const consume = (topic: string, ...args: string[]) =>
    kcat(['-b', broker.address, '-C', '-q', '-e', '-t', topic, ...args])

  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'])('produces and consumes, compression %s', async codec => {
    const sent = numbers(1, 2_000)
    const produced = await kcat(
      ['-b', broker.address, '-P', '-t', codec, '-p', '0', '-z', codec],
      sent.join('\n'),
    )
    expect(produced).toMatchObject({ status: 0, errors: '' })
    expect((await consume(codec)).lines).toEqual(sent)
    expect((await consume(codec, '-p', '0', '-o', '1990')).lines).toEqual(numbers(1_991, 2_000))
    expect((await consume(codec, '-p', '0', '-o', '-3')).lines).toEqual(numbers(1_998, 2_000))
  })

  it('carries keys, headers and null values, and finds offsets by time', async () => {
    const produce = (text: string, ...args: string[]) =>
      kcat(['-b', broker.address, '-P', '-t', 'keyed', '-p', '0', '-K:', ...args], text)
    await produce('a:1', '-H', 'h=x')
    await new Promise(resolve => setTimeout(resolve, 20))
    const between = Date.now()
    await produce('b:', '-Z')
    const all = await consume('keyed', '-f', '%k %S %h\n')
    expect(all.lines).toEqual(['a 1 h=x', 'b -1 '])
    expect((await consume('keyed', '-p', '0', '-o', `s@${between}`, '-f', '%k\n')).lines).toEqual(['b'])
    const query = await kcat(['-b', broker.address, '-Q', '-t', `keyed:0:${between}`])
    expect(query.lines.join()).toContain('offset 1')
  })

  it('an idempotent producer writes every record once', async () => {
    const sent = numbers(1, 5_000)
    const args = ['-b', broker.address, '-P', '-t', 'once', '-X', 'enable.idempotence=true']
    expect((await kcat(args, sent.join('\n'))).status).toBe(0)
    const got = (await consume('once')).lines.map(Number).sort((a, b) => a - b)
    expect(got).toEqual(sent.map(Number))
  })

  it('groups go on where they left off, each at its own pace, also over a restart', async () => {
    const produce = (from: number, to: number) =>
      kcat(['-b', broker.address, '-P', '-t', 'grouped'], numbers(from, to).join('\n'))
    const group = async (name: string) => {
      const { lines } = await kcat([
        ...['-b', broker.address, '-q', '-e', '-X', 'auto.offset.reset=earliest'],
        ...['-G', name, 'grouped'],
      ])
      return lines.map(Number).sort((a, b) => a - b)
    }
    await produce(1, 100)
    expect(await group('first')).toHaveLength(100)
    await broker.restart()
    await produce(101, 150)
    expect(await group('first')).toEqual(numbers(101, 150).map(Number))
    expect(await group('second')).toHaveLength(150)
  })
})
