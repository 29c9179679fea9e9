import { describe, expect, it } from 'vitest'
import { ToolScene } from './tool-scene.ts'
import { hasKafkaTools, type KafkaProgram } from './tools.ts'

const timeout = 180_000
const partitions = 4

describe.skipIf(!hasKafkaTools)(
  "Kafka's own consumers in groups of the consumer protocol (skipped where they or Java are absent)",
  { timeout },
  () => {
    const scene = ToolScene.forSuite(partitions, timeout)
    const consume = (group: string, protocol: string, ...more: string[]) =>
      scene.start('VerifiableConsumer', [
        ...['--topic', 't', '--group-id', group, '--reset-policy', 'earliest'],
        ...['--group-protocol', protocol, ...more],
      ])
    const describeGroup = async (group: string, ...what: string[]) => {
      const args = ['--describe', '--group', group, ...what]
      const { lines } = await scene.tool('consumer.group.ConsumerGroupCommand', args)
      return lines.filter(line => line.startsWith(group)).map(line => line.trim().split(/\s+/))
    }

    it('share a topic out, hand it over, and read every record once', async () => {
      const first = consume('new', 'consumer')
      await expect.poll(() => assignedTo(first), { timeout: 30_000 }).toBe(partitions)
      const second = consume('new', 'consumer')
      const shared = () => [assignedTo(first), assignedTo(second)]
      await expect.poll(shared, { timeout: 60_000 }).toEqual([partitions / 2, partitions / 2])
      const state = (await describeGroup('new', '--state')).at(0)
      expect(state).toEqual(expect.arrayContaining(['uniform', 'Stable', '2']))
      const members = await describeGroup('new', '--members', '--verbose')
      expect(members.length).toBe(2)
      expect(await scene.produce(200)).toBe(200)
      await expect.poll(() => consumedBy(first) + consumedBy(second), { timeout: 30_000 }).toBe(200)
      await second.stop()
      await expect.poll(() => assignedTo(first), { timeout: 60_000 }).toBe(partitions)
      expect(await scene.produce(100)).toBe(100)
      await expect.poll(() => consumedBy(first) + consumedBy(second), { timeout: 30_000 }).toBe(300)
      await first.stop()
      const offsets = await describeGroup('new', '--offsets')
      expect(offsets.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(300)
      expect(offsets.map(row => row[5])).toEqual(offsets.map(() => '0'))
    })

    it('change from the classic protocol to the new one and back, both alive at once', async () => {
      const old = consume('mixed', 'classic', '--assignment-strategy', cooperative)
      await expect.poll(() => assignedTo(old), { timeout: 30_000 }).toBe(partitions)
      expect((await describeGroup('mixed', '--state'))[0]).toContain('cooperative-sticky')
      const fresh = consume('mixed', 'consumer')
      const shared = () => [assignedTo(old), assignedTo(fresh)]
      await expect.poll(shared, { timeout: 60_000 }).toEqual([partitions / 2, partitions / 2])
      expect((await describeGroup('mixed', '--state'))[0]).toContain('uniform')
      expect(await scene.produce(100)).toBe(100)
      await fresh.stop()
      await expect.poll(() => assignedTo(old), { timeout: 60_000 }).toBe(partitions)
      expect((await describeGroup('mixed', '--state'))[0]).toContain('cooperative-sticky')
      await expect
        .poll(() => consumedBy(old) + consumedBy(fresh), { timeout: 30_000 })
        .toBeGreaterThanOrEqual(400)
      await old.stop()
    })
  },
)

const cooperative = 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor'

interface Event {
  name: string
  partitions?: unknown[]
  count?: number
}

function eventsOf(program: KafkaProgram): Event[] {
  return program.lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line) as Event)
}

/** How many partitions it has now. */
function assignedTo(program: KafkaProgram): number {
  let assigned = 0
  for (const { name, partitions: changed = [] } of eventsOf(program)) {
    if (name === 'partitions_assigned') assigned += changed.length
    if (name === 'partitions_revoked') assigned -= changed.length
  }
  return assigned
}

function consumedBy(program: KafkaProgram): number {
  const consumed = eventsOf(program).filter(({ name }) => name === 'records_consumed')
  return consumed.reduce((sum, { count = 0 }) => sum + count, 0)
}
