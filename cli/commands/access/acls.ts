import type { Acl, AclFilter } from '../../../lib/kafka/admin/index.ts'
import { type Call, type Command, exitDone, exitNot, type Option, usageError } from '../../command.ts'
import { withKafka } from '../../kafka-client.ts'
import { isConfirmed, yesOption } from '../../terminal/confirm.ts'
import { type Column, tableOptions, writeRows } from '../../terminal/table.ts'

const resources: Readonly<Record<string, Option>> = {
  topic: { type: 'string', hint: 'NAME', description: 'rules of a topic' },
  group: { type: 'string', hint: 'NAME', description: 'rules of a group' },
  'transactional-id': { type: 'string', hint: 'ID', description: 'rules of a transactional id' },
  user: { type: 'string', hint: 'NAME', description: 'rules of a user (delegation tokens)' },
  cluster: { type: 'boolean', description: 'rules of the cluster' },
  prefix: { type: 'boolean', description: 'the name is the beginning of names' },
}
const who: Readonly<Record<string, Option>> = {
  principal: { type: 'string', hint: 'User:NAME', description: "who; 'User:*' is everybody" },
  host: { type: 'string', hint: 'ADDRESS', description: 'from where' },
}
const deny: Readonly<Record<string, Option>> = {
  deny: { type: 'boolean', description: 'rules that forbid; they win over those that allow' },
}

const list: Command = {
  name: 'acls',
  summary: "access rules (Kafka's ACLs): who may do what to which topics and groups",
  options: { ...resources, ...who, ...tableOptions },
  examples: [
    ['millrace acls', 'all rules'],
    ['millrace acls --topic orders', 'those of a topic'],
    ['millrace acls --principal User:ann', 'those of a user'],
  ],
  run: async call => {
    const { listAcls } = await import('../../../lib/kafka/admin/index.ts')
    const found = await withKafka(await call.config(), client => listAcls(client, filterOf(call)))
    await writeRows(call, found, columns, acl => acl, 'there are no such rules')
    return exitDone
  },
}

const create: Command = {
  name: 'acls create',
  summary: 'adds access rules',
  positionals: ['OPERATION...'],
  options: { ...resources, ...who, ...deny, ...tableOptions },
  details:
    'Operations are read, write, create, delete, alter, describe, describe_configs, alter_configs, idempotent_write, cluster_action, all.',
  examples: [
    [
      'millrace acls create read describe --topic app- --prefix --principal User:ann',
      'two rules for topics that begin so',
    ],
    ['millrace acls create read --group billing --principal User:ann', 'the group to read with'],
    ["millrace acls create write --topic audit --principal 'User:*' --deny", 'nobody writes'],
  ],
  run: async call => {
    const { createAcls } = await import('../../../lib/kafka/admin/index.ts')
    const acls = await rulesOf(call)
    await withKafka(await call.config(), client => createAcls(client, acls))
    await writeRows(call, acls, columns, acl => acl, 'nothing')
    return exitDone
  },
}

const remove: Command = {
  name: 'acls delete',
  summary: 'removes access rules',
  positionals: ['[OPERATION...]'],
  options: { ...resources, ...who, ...deny, ...yesOption, ...tableOptions },
  details: 'Shows which would go; with --yes they go. Exit code: 0 done, 1 nothing was changed.',
  examples: [
    ['millrace acls delete --principal User:ann', 'which rules that would be'],
    ['millrace acls delete write --topic audit --yes', 'all rules about writing to it'],
  ],
  run: runDelete,
}

export const aclCommands: readonly Command[] = [list, create, remove]

const columns: readonly Column<Acl>[] = [
  { head: 'principal', cell: acl => ({ text: acl.principal, style: 'name' }) },
  { head: 'host', cell: acl => acl.host },
  {
    head: 'rule',
    cell: acl => ({ text: acl.permission, style: acl.permission === 'deny' ? 'bad' : 'good' }),
  },
  { head: 'operation', cell: acl => acl.operation },
  { head: 'resource', cell: acl => acl.resourceType },
  { head: 'name', cell: acl => (acl.patternType === 'prefixed' ? `${acl.resourceName}…` : acl.resourceName) },
]

async function runDelete(call: Call): Promise<number> {
  const { deleteAcls, listAcls } = await import('../../../lib/kafka/admin/index.ts')
  const operations = await operationsOf(call)
  const base = filterOf(call)
  const filters = operations.length === 0 ? [base] : operations.map(operation => ({ ...base, operation }))
  if (filters.some(filter => Object.keys(filter).length === 0))
    throw usageError('say which: a resource, --principal or an operation')
  const isMeant = call.flag('yes')
  const found = await withKafka(await call.config(), async client => {
    const parts = []
    for (const filter of filters) parts.push(await (isMeant ? deleteAcls : listAcls)(client, filter))
    return parts.flat()
  })
  await writeRows(call, found, columns, acl => ({ ...acl, deleted: isMeant }), 'there are no such rules')
  return isConfirmed(call) ? exitDone : exitNot
}

type Resource = Pick<Acl, 'resourceType' | 'resourceName'>

function resourcesOf(call: Call): Resource[] {
  const named = (option: string, resourceType: Acl['resourceType']): Resource[] => {
    const resourceName = call.text(option)
    return resourceName === undefined ? [] : [{ resourceType, resourceName }]
  }
  return [
    ...named('topic', 'topic'),
    ...named('group', 'group'),
    ...named('transactional-id', 'transactional_id'),
    ...named('user', 'user'),
    ...(call.flag('cluster') ? [{ resourceType: 'cluster' as const, resourceName: 'kafka-cluster' }] : []),
  ]
}

function filterOf(call: Call): AclFilter {
  const [resource, more] = resourcesOf(call)
  if (more !== undefined) throw usageError('name one resource at a time')
  const [principal, host] = [call.text('principal'), call.text('host')]
  return {
    ...resource,
    ...(call.flag('prefix') ? { patternType: 'prefixed' as const } : {}),
    ...(principal === undefined ? {} : { principal }),
    ...(host === undefined ? {} : { host }),
    ...(call.flag('deny') ? { permission: 'deny' as const } : {}),
  }
}

async function operationsOf(call: Call): Promise<Acl['operation'][]> {
  const { aclOperations } = await import('../../../lib/kafka/admin/index.ts')
  const known = Object.keys(aclOperations).filter(name => name !== 'any') as Acl['operation'][]
  return call.positionals.map(text => {
    const operation = known.find(name => name === text.toLowerCase().replaceAll('-', '_'))
    if (operation === undefined) throw usageError(`found operation '${text}', expected ${known.join(', ')}`)
    return operation
  })
}

async function rulesOf(call: Call): Promise<Acl[]> {
  const principal = call.text('principal')
  if (principal === undefined) throw usageError('say who: --principal User:NAME')
  const found = resourcesOf(call)
  if (found.length === 0)
    throw usageError('name what: --topic, --group, --transactional-id, --user or --cluster')
  const operations = await operationsOf(call)
  return found.flatMap(resource =>
    operations.map(operation => ({
      ...resource,
      patternType: call.flag('prefix') ? ('prefixed' as const) : ('literal' as const),
      principal,
      host: call.text('host') ?? '*',
      operation,
      permission: call.flag('deny') ? ('deny' as const) : ('allow' as const),
    })),
  )
}
