import { OperatingError } from '../lib/base/index.ts'
import { deleteGroup } from '../lib/kafka/admin/index.ts'
import { type KafkaAdminClient, type KafkaClient, KafkaError } from '../lib/kafka/client/index.ts'
import { errorCodes } from '../lib/kafka/index.ts'

/** So long after it was killed a run still counts as under way. */
const sessionTimeoutMs = 10_000

export interface Place {
  /** The group by whose membership runs know of each other, on whichever machine. */
  group: string
  /** What the group reads, as it says. */
  topic: string
  /** For people: `a backfill of errors`. */
  what: string
}

/**
 * Does work that no two processes may do at a time; of two that begin at the same moment neither does. When it is done the group
 * goes, too: it has read nothing. Errors: ALREADY_RUNNING; those of the client and of the work.
 */
export async function alone<T>(
  client: KafkaAdminClient,
  { group, topic, what }: Place,
  work: () => Promise<T>,
): Promise<T> {
  const expectMembers = async (count: number): Promise<void> => {
    const members = await membersOf(client, group)
    if (members.length > count) throw alreadyRunning(what, members[0]?.host ?? '')
  }
  await expectMembers(0)
  const member = await client.joinGroup({ group, topics: [topic], clientId: group, sessionTimeoutMs })
  const done = await expectMembers(1)
    .then(work)
    .finally(() => member.close())
  await forget(client, group)
  return done
}

async function forget(client: KafkaAdminClient, group: string): Promise<void> {
  try {
    await deleteGroup(client, group)
  } catch (error) {
    // the next one is in it already, or who runs this may not: then it stays, and means nothing
    if (!(error instanceof KafkaError)) throw error
  }
}

async function membersOf(
  client: Pick<KafkaClient, 'describeGroup'>,
  group: string,
): Promise<readonly { host: string }[]> {
  try {
    return (await client.describeGroup(group)).members
  } catch (error) {
    if (error instanceof KafkaError && error.kafkaCode === errorCodes.GROUP_ID_NOT_FOUND) return []
    throw error
  }
}

function alreadyRunning(what: string, host: string): OperatingError {
  const from = host.replace(/^\//, '')
  const message = `${what} is under way already, from ${from}: wait for its end (one that was killed counts for ${sessionTimeoutMs / 1000} s)`
  return new OperatingError('ALREADY_RUNNING', message)
}
