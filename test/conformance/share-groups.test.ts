import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ToolScene } from './tool-scene.ts'
import { hasKafkaTools, type KafkaProgram, kafkaTool } from './tools.ts'

const timeout = 180_000

interface Event {
  name: string
  count?: number
  partitions?: { partition: number; offsets: number[] }[]
}

describe.skipIf(!hasKafkaTools)(
  "Kafka's own share consumers (skipped where they or Java are absent)",
  { timeout },
  () => {
    const scene = ToolScene.forSuite(2, timeout)
    const consume = (group: string, mode: string) =>
      scene.start('VerifiableShareConsumer', [
        ...['--topic', 't', '--group-id', group, '--acknowledgement-mode', mode],
        ...['--offset-reset-strategy', 'earliest'],
      ])
    const command = async (...args: string[]) => {
      const { lines } = await scene.tool('consumer.group.ShareGroupCommand', args)
      return lines.map(line => line.trim().split(/\s+/))
    }

    it('share the records of every partition among more members than there are partitions', async () => {
      expect(await scene.produce(300)).toBe(300)
      const consumers = ['auto', 'sync', 'async'].map(mode => consume('s', mode))
      const done = () => consumers.flatMap(program => offsetsOf(program, 'offsets_acknowledged'))
      await expect.poll(() => done().length, { timeout: 60_000 }).toBe(300)
      expect(await scene.produce(300)).toBe(300)
      await expect.poll(() => done().length, { timeout: 60_000 }).toBe(600)
      expect(new Set(done()).size).toBe(600)
      const members = (await command('--describe', '--group', 's', '--members')).filter(([g]) => g === 's')
      expect(members.length).toBe(3)
      await Promise.all(consumers.map(program => program.stop()))
      const offsets = (await command('--describe', '--group', 's', '--offsets')).filter(([g]) => g === 's')
      expect(offsets.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(600)
      expect(offsets.map(row => row[4])).toEqual(['0', '0'])
    })

    it('go on where they were after a restart, and get again what was not acknowledged', async () => {
      expect(await scene.produce(50)).toBe(50)
      await scene.broker.restart()
      const { lines } = await scene.tool('consumer.ConsoleShareConsumer', [
        ...['--topic', 't', '--group', 's', '--max-messages', '20', '--release'],
      ])
      expect(lines.length).toBe(20)
      const consumer = consume('s', 'sync')
      const done = () => offsetsOf(consumer, 'offsets_acknowledged')
      await expect.poll(() => new Set(done()).size, { timeout: 60_000 }).toBe(50)
      await consumer.stop()
    })

    it('are administered: listed, set back, forgotten and deleted', async () => {
      expect(await command('--list', '--state')).toContainEqual(['s', 'Empty'])
      await command('--reset-offsets', '--group', 's', '--topic', 't', '--to-earliest', '--execute')
      const offsets = (await command('--describe', '--group', 's', '--offsets')).filter(([g]) => g === 's')
      expect(offsets.map(row => row[3])).toEqual(['0', '0'])
      expect(offsets.reduce((sum, row) => sum + Number(row[4]), 0)).toBe(650)
      await command('--delete-offsets', '--group', 's', '--topic', 't')
      expect((await command('--describe', '--group', 's', '--offsets')).filter(([g]) => g === 's')).toEqual(
        [],
      )
      await command('--delete', '--group', 's')
      expect(await command('--list')).not.toContainEqual(['s'])
    })

    it('leave records that Kafka reads', async () => {
      await scene.broker.restart()
      const data = join(scene.broker.dataDir, 'broker', 'data')
      const names = await readdir(data, { recursive: true })
      const dump = async (folder: string, decoder: string) => {
        const files = names.filter(name => name.startsWith(folder) && name.endsWith('.log'))
        const paths = files.map(name => join(data, name)).join(',')
        const { lines, status } = await kafkaTool('kafka.tools.DumpLogSegments', [decoder, '--files', paths])
        expect(status).toBe(0)
        return lines.filter(line => line.includes('payload:'))
      }
      const states = await dump('__share_group_state', '--share-group-state-decoder')
      expect(states.some(line => /"startOffset":\d+,"deliveryCompleteCount":\d+/.test(line))).toBe(true)
      const groups = await dump('__consumer_offsets', '--offsets-decoder')
      for (const kind of [10, 11, 12, 13, 14, 15])
        expect(groups.some(line => line.includes(`"type":"${kind}","data":{"groupId":"s"`))).toBe(true)
    })
  },
)

/** `partition-offset` of everything that a program has said of a kind. */
function offsetsOf(program: KafkaProgram, name: string): string[] {
  const events = program.lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as Event)
  return events
    .filter(event => event.name === name)
    .flatMap(({ partitions = [] }) => partitions)
    .flatMap(({ partition, offsets }) => offsets.map(offset => `${partition}-${offset}`))
}
