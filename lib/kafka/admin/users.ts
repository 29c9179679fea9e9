import { pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { KafkaAdminClient } from '../client/index.ts'
import { apis, errorCodes } from '../index.ts'
import { expectDone } from './outcome.ts'

/** Kafka's numbers (ScramMechanism). */
export const scramMechanisms = { 'SCRAM-SHA-256': 1, 'SCRAM-SHA-512': 2 } as const
export type UserScramMechanism = keyof typeof scramMechanisms

export interface ScramUser {
  name: string
  credentials: { mechanism: UserScramMechanism; iterations: number }[]
}

const saltBytes = 32
const defaultIterations = 4_096
const derive = promisify(pbkdf2)

/** Users with SCRAM credentials, all or those named; who has none is left out. */
export async function listUsers(client: KafkaAdminClient, names?: readonly string[]): Promise<ScramUser[]> {
  const users = names === undefined ? null : names.map(name => ({ name }))
  const answer = await client.request(apis.describeUserScramCredentials, { users })
  expectDone(answer.errorCode, answer.errorMessage, 'listing users')
  return answer.results
    .filter(({ errorCode }) => errorCode !== errorCodes.RESOURCE_NOT_FOUND)
    .map(({ user, errorCode, errorMessage, credentialInfos }) => {
      expectDone(errorCode, errorMessage, `asking for user ${user}`)
      return {
        name: user,
        credentials: credentialInfos.map(({ mechanism, iterations }) => ({
          mechanism: mechanism === scramMechanisms['SCRAM-SHA-512'] ? 'SCRAM-SHA-512' : 'SCRAM-SHA-256',
          iterations,
        })),
      }
    })
}

/** Sets a password. It is salted here and does not leave this process. Errors: KAFKA_UNACCEPTABLE_CREDENTIAL. */
export async function upsertUser(
  client: KafkaAdminClient,
  {
    name,
    password,
    mechanism,
    iterations = defaultIterations,
  }: {
    name: string
    password: string
    mechanism: UserScramMechanism
    iterations?: number | undefined
  },
): Promise<void> {
  const salt = randomBytes(saltBytes)
  const [length, hash] = mechanism === 'SCRAM-SHA-256' ? [32, 'sha256'] : [64, 'sha512']
  const saltedPassword = await derive(password, salt, iterations, length as number, hash as string)
  const upsertion = { name, mechanism: scramMechanisms[mechanism], iterations, salt, saltedPassword }
  await alter(client, name, { deletions: [], upsertions: [upsertion] })
}

/** Takes a user's credential away; the user's access rules stay. Errors: KAFKA_RESOURCE_NOT_FOUND. */
export async function deleteUser(
  client: KafkaAdminClient,
  name: string,
  mechanism: UserScramMechanism,
): Promise<void> {
  await alter(client, name, { deletions: [{ name, mechanism: scramMechanisms[mechanism] }], upsertions: [] })
}

async function alter(
  client: KafkaAdminClient,
  name: string,
  change: {
    deletions: { name: string; mechanism: number }[]
    upsertions: {
      name: string
      mechanism: number
      iterations: number
      salt: Buffer
      saltedPassword: Buffer
    }[]
  },
): Promise<void> {
  const answer = await client.request(apis.alterUserScramCredentials, change)
  for (const { errorCode, errorMessage } of answer.results)
    expectDone(errorCode, errorMessage, `changing user ${name}`)
}
