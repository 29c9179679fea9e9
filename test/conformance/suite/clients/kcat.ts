import { hasKcat, type Output, kcat as run } from '../../tools.ts'
import { allCodecs, type SuiteClient } from './client.ts'

/** Debian's kcat on librdkafka. It makes topics by writing to them, with as many partitions as the broker's default. */
export const kcat: SuiteClient = {
  name: 'kcat',
  problem: hasKcat ? undefined : 'kcat is not installed',
  codecs: allCodecs,
  hasTransactions: false,
  hasConsumerProtocol: false,
  createTopic: () => Promise.reject(new Error('kcat makes no topics')),
  partitionsOf: async (address, topic) => {
    const { lines } = await succeed(run(['-b', address, '-L', '-t', topic]))
    return Number(/with (\d+) partitions/.exec(lines.join('\n'))?.[1])
  },
  produce: async (address, topic, messages, { codec = 'none' } = {}) => {
    const text = messages.map(({ key, value }) => `${key}:${value}`).join('\n')
    await succeed(run(['-b', address, '-P', '-t', topic, '-p', '0', '-K:', '-z', codec], text))
  },
  consume: async (address, topic, { count, group, isCommittedOnly = false }) => {
    const isolation = isCommittedOnly ? 'read_committed' : 'read_uncommitted'
    const from = group === undefined ? ['-C', '-t', topic, '-o', 'beginning'] : []
    const to = group === undefined ? [] : ['-X', 'auto.offset.reset=earliest', '-G', group, topic]
    const { lines } = await succeed(
      run([
        ...['-b', address, '-q', '-c', String(count), '-f', '%k:%s\n', '-X', `isolation.level=${isolation}`],
        ...from,
        ...to,
      ]),
    )
    return lines.map(line => {
      const [key = '', value = ''] = line.split(':')
      return { key, value }
    })
  },
}

async function succeed(running: Promise<Output>): Promise<Output> {
  const output = await running
  if (output.status !== 0) throw new Error(`kcat ends with ${output.status}: ${output.errors}`)
  return output
}
