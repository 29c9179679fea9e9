import { OperatingError } from '../../lib/base/index.ts'
import type { OpenTransaction, TransactionDescription } from '../../lib/kafka/admin/index.ts'
import type { KafkaAdminClient } from '../../lib/kafka/client/index.ts'
import { type Call, type Command, exitDone, exitNot, usageError } from '../command.ts'
import { formatDuration } from '../human.ts'
import { withKafka } from '../kafka-client.ts'
import { isConfirmed, yesOption } from '../terminal/confirm.ts'
import { write, writeJson } from '../terminal/output.ts'
import { tableOptions, writeRows } from '../terminal/table.ts'
import { absent } from './topics/list.ts'

const list: Command = {
  name: 'transactions',
  summary: "producers' transactions, and those that hang",
  options: {
    open: { type: 'boolean', description: 'only those that are open' },
    topic: {
      type: 'string',
      hint: 'NAME',
      description: 'what is open in the partitions of a topic, known to a coordinator or not',
    },
    ...tableOptions,
  },
  details: 'A transaction open longer than its timeout hangs: readers of committed records wait for it.',
  examples: [
    ['millrace transactions', 'every transactional id'],
    ['millrace transactions --open', 'what readers may wait for'],
    ['millrace transactions --topic orders', 'which producers hold up a topic'],
  ],
  run: async call => {
    await withKafka(await call.config(), client =>
      call.text('topic') === undefined
        ? showAll(call, client)
        : showOpen(call, client, call.text('topic') ?? ''),
    )
    return exitDone
  },
}

const abort: Command = {
  name: 'transactions abort',
  summary: 'ends a transaction that hangs',
  positionals: ['[TRANSACTIONAL-ID]'],
  options: {
    topic: {
      type: 'string',
      hint: 'NAME',
      description: 'of one that no coordinator knows: where it is open',
    },
    partition: { type: 'string', hint: 'N', description: 'and in which partition' },
    ...yesOption,
    json: { type: 'boolean', description: 'one JSON object' },
  },
  details:
    'By its id the coordinator aborts it and the producer is fenced off. In a partition an abort marker is written, whatever the coordinator thinks. Exit code: 0 done, 1 nothing was changed.',
  examples: [
    ['millrace transactions abort billing-1 --yes', 'one that its coordinator knows'],
    ['millrace transactions abort --topic orders --partition 3 --yes', 'the oldest one in a partition'],
  ],
  run: async call =>
    await withKafka(await call.config(), client =>
      call.positionals[0] === undefined ? abortIn(call, client) : abortOf(call, client, call.positionals[0]),
    ),
}

export const transactionCommands: readonly Command[] = [list, abort]

async function showAll(call: Call, client: KafkaAdminClient): Promise<void> {
  const { isOverdue, listTransactions } = await import('../../lib/kafka/admin/index.ts')
  const nowMs = Date.now()
  const found = (await listTransactions(client)).filter(t => !call.flag('open') || t.startedMs !== undefined)
  const ageOf = ({ startedMs }: TransactionDescription) =>
    startedMs === undefined ? null : (nowMs - startedMs) / 1000
  await writeRows(
    call,
    found,
    [
      { head: 'transactional id', cell: t => ({ text: t.transactionalId, style: 'name' }) },
      { head: 'state', cell: t => t.state },
      {
        head: 'open for',
        cell: t => {
          const age = ageOf(t)
          if (age === null) return ''
          const hangs = isOverdue(t, nowMs)
          return { text: `${formatDuration(age)}${hangs ? ', hangs' : ''}`, style: hangs ? 'bad' : undefined }
        },
      },
      { head: 'timeout', cell: t => formatDuration(t.timeoutMs / 1000) },
      { head: 'producer', cell: t => `${t.producerId} epoch ${t.producerEpoch}` },
      { head: 'partitions', cell: t => t.partitions.map(p => `${p.topic}-${p.partition}`).join(' ') },
    ],
    t => ({
      ...t,
      producerId: String(t.producerId),
      startedMs: t.startedMs ?? null,
      openSeconds: ageOf(t),
      hangs: isOverdue(t, nowMs),
    }),
    call.flag('open') ? 'no transaction is open' : 'there are no transactional ids',
  )
}

async function openIn(client: KafkaAdminClient, topic: string): Promise<OpenTransaction[]> {
  const { openTransactions } = await import('../../lib/kafka/admin/index.ts')
  const known = (await client.metadata([topic])).get(topic)
  if (known === undefined) absent(topic)({ code: 'KAFKA_UNKNOWN_TOPIC_OR_PARTITION' })
  const places = [...(known?.leaders.keys() ?? [])].map(partition => ({ topic, partition }))
  return await openTransactions(client, places)
}

async function showOpen(call: Call, client: KafkaAdminClient, topic: string): Promise<void> {
  const nowMs = Date.now()
  await writeRows(
    call,
    await openIn(client, topic),
    [
      { head: 'partition', cell: open => open.partition },
      { head: 'producer', cell: open => `${open.producerId} epoch ${open.producerEpoch}` },
      { head: 'first offset', cell: open => open.firstOffset },
      { head: 'last write', cell: open => lastWrite(open.lastTimestampMs, nowMs) },
    ],
    open => ({ ...open, producerId: String(open.producerId) }),
    `no transaction is open in topic ${topic}`,
  )
}

/** A producer that has written nothing, or nothing with a time, has none. */
function lastWrite(timestampMs: number, nowMs: number): string {
  return timestampMs <= 0 ? 'not known' : `${formatDuration((nowMs - timestampMs) / 1000)} ago`
}

async function abortOf(call: Call, client: KafkaAdminClient, id: string): Promise<number> {
  const { describeTransaction, fenceProducer } = await import('../../lib/kafka/admin/index.ts')
  const found = await describeTransaction(client, id)
  if (found?.startedMs === undefined)
    throw new OperatingError('NOT_SO', `${id} has no transaction open: see millrace transactions`)
  if (call.flag('yes')) await fenceProducer(client, id)
  return await report(call, { transactionalId: id }, `the transaction of ${id}`)
}

async function abortIn(call: Call, client: KafkaAdminClient): Promise<number> {
  const [topic, partition] = [call.text('topic'), call.number('partition')]
  if (topic === undefined || partition === undefined)
    throw usageError('name a transactional id, or --topic and --partition')
  const { abortTransaction } = await import('../../lib/kafka/admin/index.ts')
  const [oldest] = (await openIn(client, topic))
    .filter(open => open.partition === partition)
    .sort((a, b) => a.firstOffset - b.firstOffset)
  if (oldest === undefined)
    throw new OperatingError('NOT_SO', `no transaction is open in ${topic}-${partition}`)
  if (call.flag('yes')) await abortTransaction(client, oldest)
  const what = `the transaction of producer ${oldest.producerId} in ${topic}-${partition}`
  return await report(call, { topic, partition, producerId: String(oldest.producerId) }, what)
}

async function report(call: Call, plain: object, what: string): Promise<number> {
  const aborted = call.flag('yes')
  if (call.flag('json')) await writeJson({ ...plain, aborted })
  else await write(`${aborted ? 'aborted' : 'would abort'} ${what}\n`)
  return isConfirmed(call) ? exitDone : exitNot
}
