import { describe, expect, it } from 'vitest'
import { ToolScene } from './tool-scene.ts'
import { hasKafkaTools } from './tools.ts'

const timeout = 120_000
const partitions = 50

describe.skipIf(!hasKafkaTools)(
  "Kafka's own consumer in a fetch session (skipped where it or Java are absent)",
  { timeout },
  () => {
    const scene = ToolScene.forSuite(partitions, timeout)

    /** Sessions there are, and partitions in them. */
    const sessions = async () => {
      const text = await (await fetch(`http://${scene.broker.addresses['metrics']}/metrics`)).text()
      return ['sessions', 'partitions'].map(what =>
        Number(new RegExp(`^millrace_broker_incremental_fetch_${what} (\\S+)$`, 'm').exec(text)?.[1]),
      )
    }

    it.each(['classic', 'consumer'])('reads all there is, by the %s protocol', async protocol => {
      const consumer = scene.start('consumer.ConsoleConsumer', [
        ...['--topic', 't', '--group', protocol, '--from-beginning'],
        ...['--command-property', `group.protocol=${protocol}`],
      ])
      const before = protocol === 'classic' ? 0 : 300
      const sent = Array.from({ length: 300 }, (_, i) => String(before + i))
      for (let from = 0; from < sent.length; from += 100) {
        // keyed, so that many partitions have some
        const keyed = sent.slice(from, from + 100).map(value => `${value}:${value}`)
        const keys = ['--reader-property', 'parse.key=true', '--reader-property', 'key.separator=:']
        await scene.tool('ConsoleProducer', ['--topic', 't', ...keys], keyed.join('\n'))
      }
      await expect.poll(() => consumer.lines.length, { timeout: 60_000 }).toBe(before + 300)
      expect(new Set(consumer.lines).size).toBe(before + 300)
      expect(await sessions()).toEqual([1, partitions])
      await consumer.stop()
      await expect.poll(sessions, { timeout: 10_000 }).toEqual([0, 0])
    })
  },
)
