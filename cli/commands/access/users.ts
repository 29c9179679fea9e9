import { createInterface } from 'node:readline'
import { OperatingError } from '../../../lib/base/index.ts'
import type { UserScramMechanism } from '../../../lib/kafka/admin/index.ts'
import { type Call, type Command, exitDone, exitNot, usageError } from '../../command.ts'
import { withKafka } from '../../kafka-client.ts'
import { isConfirmed, yesOption } from '../../terminal/confirm.ts'
import { write, writeJson } from '../../terminal/output.ts'
import { tableOptions, writeRows } from '../../terminal/table.ts'

const mechanism = {
  type: 'string',
  hint: 'NAME',
  description: 'SCRAM-SHA-256 or SCRAM-SHA-512',
  default: 'SCRAM-SHA-512',
} as const
const passwordVariable = 'MILLRACE_NEW_PASSWORD'

const list: Command = {
  name: 'users',
  summary: 'who can log in to the brokers with a password (SCRAM)',
  options: tableOptions,
  examples: [['millrace users', 'all users']],
  run: async call => {
    const { listUsers } = await import('../../../lib/kafka/admin/index.ts')
    const found = await withKafka(await call.config(), client => listUsers(client))
    await writeRows(
      call,
      found,
      [
        { head: 'user', cell: user => ({ text: user.name, style: 'name' }) },
        {
          head: 'credentials',
          cell: user => user.credentials.map(c => `${c.mechanism} (${c.iterations} iterations)`).join(', '),
        },
      ],
      ({ name, credentials }) => ({ user: name, credentials }),
      'there are no users with passwords in the broker',
    )
    return exitDone
  },
}

const set: Command = {
  name: 'users set',
  summary: 'makes a user, or changes the password',
  positionals: ['NAME'],
  options: {
    mechanism,
    iterations: { type: 'string', hint: 'N', description: 'of the salting, 4096 to 16384', default: '4096' },
    json: { type: 'boolean', description: 'one JSON object' },
  },
  details: `The password is read from the environment, ${passwordVariable}, or from standard input, never from the command line. It is salted here: the broker does not get it.`,
  examples: [
    ['millrace users set ann < password.txt', 'the first line of a file'],
    ['millrace users set ann --mechanism SCRAM-SHA-256', 'by the other mechanism, typed in'],
  ],
  run: runSet,
}

const remove: Command = {
  name: 'users delete',
  summary: "takes a user's password away",
  positionals: ['NAME'],
  options: { mechanism, ...yesOption, json: { type: 'boolean', description: 'one JSON object' } },
  details: 'Rules and quotas of the user stay. Exit code: 0 done, 1 nothing was changed.',
  examples: [['millrace users delete ann --yes', 'ann logs in no more']],
  run: runDelete,
}

export const userCommands: readonly Command[] = [list, set, remove]

function mechanismOf(call: Call): UserScramMechanism {
  const text = (call.text('mechanism') ?? '').toUpperCase()
  if (text === 'SCRAM-SHA-256' || text === 'SCRAM-SHA-512') return text
  throw usageError(`--mechanism: found '${text}', expected SCRAM-SHA-256 or SCRAM-SHA-512`)
}

async function runSet(call: Call): Promise<number> {
  const [name = ''] = call.positionals
  const { upsertUser } = await import('../../../lib/kafka/admin/index.ts')
  const user = {
    name,
    mechanism: mechanismOf(call),
    iterations: call.number('iterations'),
    password: await password(),
  }
  await withKafka(await call.config(), client => upsertUser(client, user))
  if (call.flag('json'))
    await writeJson({ user: name, mechanism: user.mechanism, iterations: user.iterations })
  else await write(`user ${name} logs in with ${user.mechanism}\n`)
  return exitDone
}

async function password(): Promise<string> {
  const given = process.env[passwordVariable] ?? (await firstLine())
  if (given === '')
    throw usageError(`the password is empty: give it as ${passwordVariable} or on standard input`)
  return given
}

/** Typed in or from a pipe. On a terminal it is not shown: what is typed is not written back. */
async function firstLine(): Promise<string> {
  const isTerminal = process.stdin.isTTY === true
  if (isTerminal) process.stderr.write('password: ')
  const lines = createInterface({ input: process.stdin, terminal: isTerminal })
  try {
    for await (const line of lines) return line
    return ''
  } finally {
    lines.close()
    if (isTerminal) process.stderr.write('\n')
  }
}

async function runDelete(call: Call): Promise<number> {
  const [name = ''] = call.positionals
  const { deleteUser, listUsers } = await import('../../../lib/kafka/admin/index.ts')
  const isMeant = call.flag('yes')
  const asked = mechanismOf(call)
  await withKafka(await call.config(), async client => {
    const [user] = await listUsers(client, [name])
    if (user?.credentials.some(credential => credential.mechanism === asked) !== true)
      throw new OperatingError('NOT_SO', `user ${name} has no password by ${asked}: see millrace users`)
    if (isMeant) await deleteUser(client, name, asked)
  })
  if (call.flag('json')) await writeJson({ user: name, mechanism: asked, deleted: isMeant })
  else await write(`user ${name} ${isMeant ? 'logs' : 'would log'} in with ${asked} no more\n`)
  return isConfirmed(call) ? exitDone : exitNot
}
