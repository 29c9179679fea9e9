import type { Quota, QuotaEntity } from '../../../lib/kafka/admin/index.ts'
import { type Call, type Command, exitDone, type Option, usageError } from '../../command.ts'
import { formatBytes } from '../../human.ts'
import { withKafka } from '../../kafka-client.ts'
import { type Column, tableOptions, writeRows } from '../../terminal/table.ts'
import { assignments } from '../topics/assignments.ts'

const entity: Readonly<Record<string, Option>> = {
  user: { type: 'string', hint: 'NAME', description: "of a user; '' is the default of users" },
  client: { type: 'string', hint: 'ID', description: "of a client id; '' is the default of client ids" },
  ip: { type: 'string', hint: 'ADDRESS', description: "of an address; '' is the default of addresses" },
}

const list: Command = {
  name: 'quotas',
  summary: 'how much users and clients may send, read and ask',
  options: { ...entity, ...tableOptions },
  examples: [
    ['millrace quotas', 'all quotas'],
    ['millrace quotas --user ann', 'those of a user'],
  ],
  run: async call => {
    await show(call, entityOf(call))
    return exitDone
  },
}

const set: Command = {
  name: 'quotas set',
  summary: 'sets quotas, or takes them away',
  positionals: ['NAME=VALUE...'],
  options: {
    ...entity,
    'dry-run': { type: 'boolean', description: 'only ask the broker whether it would' },
    ...tableOptions,
  },
  details: [
    'Names are producer_byte_rate and consumer_byte_rate (bytes/s), request_percentage (percent of a thread),',
    'controller_mutation_rate (partitions made or deleted/s), and of an address connection_creation_rate (1/s). NAME= takes one away.',
  ].join('\n'),
  examples: [
    ['millrace quotas set producer_byte_rate=1048576 --user ann', 'one MiB/s'],
    ['millrace quotas set consumer_byte_rate=5000000 --client etl --user ann', 'of a client of a user'],
    ['millrace quotas set producer_byte_rate= --user ann', 'no quota any more'],
  ],
  run: runSet,
}

export const quotaCommands: readonly Command[] = [list, set]

const columns: readonly Column<Quota>[] = [
  { head: 'who', cell: quota => ({ text: describeEntity(quota.entity), style: 'name' }) },
  {
    head: 'quotas',
    cell: quota =>
      Object.entries(quota.values)
        .map(([name, value]) => valueText(name, value))
        .join(', '),
  },
]

async function show(call: Call, filter: QuotaEntity): Promise<void> {
  const { describeQuotas } = await import('../../../lib/kafka/admin/index.ts')
  const found = await withKafka(await call.config(), client => describeQuotas(client, filter))
  await writeRows(
    call,
    found,
    columns,
    quota => ({ ...quota.entity, ...quota.values }),
    'there are no such quotas',
  )
}

function describeEntity(of: QuotaEntity): string {
  return Object.entries(of)
    .map(([kind, name]) => (name === null ? `every ${kind}` : `${kind} ${name}`))
    .join(', ')
}

function valueText(name: string, value: number): string {
  if (name.endsWith('byte_rate')) return `${name} ${formatBytes(value)}/s`
  return name.endsWith('percentage') ? `${name} ${value} %` : `${name} ${value}/s`
}

function entityOf(call: Call): QuotaEntity {
  const part = (option: string, kind: string) => {
    const name = call.text(option)
    return name === undefined ? {} : { [kind]: name === '' ? null : name }
  }
  return { ...part('user', 'user'), ...part('client', 'client-id'), ...part('ip', 'ip') }
}

async function runSet(call: Call): Promise<number> {
  const of = entityOf(call)
  if (Object.keys(of).length === 0) throw usageError('say whose: --user, --client or --ip')
  const values = Object.entries(assignments('NAME=VALUE', call.positionals)).map(([name, text]) => {
    const value = text === '' ? null : Number(text)
    if (Number.isNaN(value)) throw usageError(`${name}: found '${text}', expected a number`)
    return [name, value] as const
  })
  const { alterQuotas } = await import('../../../lib/kafka/admin/index.ts')
  const options = { validateOnly: call.flag('dry-run') }
  await withKafka(await call.config(), client => alterQuotas(client, of, Object.fromEntries(values), options))
  await show(call, of)
  return exitDone
}
