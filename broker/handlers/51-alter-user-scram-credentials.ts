import { messageOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import {
  credentialOf,
  type ScramCredential,
  type ScramMechanism,
  scramMechanisms,
} from '../access/scram-users.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * AlterUserScramCredentials, version 0: sets and removes users' credentials (KIP-554). The client salts the password, so
 * that it is never sent; what is kept of it is hashed once more. As Kafka 4.2 it takes one
 * change of a user, whatever the mechanism: a second is DUPLICATE_RESOURCE, and then none is made.
 */
type Request = RequestOf<typeof apis.alterUserScramCredentials>
type Response = ResponseInput<typeof apis.alterUserScramCredentials>

const iterationBounds = { min: 4_096, max: 16_384 } as const

interface Change {
  user: string
  mechanism: ScramMechanism
  credential: ScramCredential | null
}

async function alterUserScramCredentials(request: Request, context: RequestContext): Promise<Response> {
  const users = new Set([...request.deletions, ...request.upsertions].map(({ name }) => name))
  const results: Response['results'][number][] = []
  for (const user of users) {
    const refusal = await alterUser(user, request, context)
    results.push({ user, ...(refusal ?? { errorCode: errorCodes.NONE, errorMessage: null }) })
  }
  return { throttleTimeMs: 0, results }
}

async function alterUser(
  user: string,
  request: Request,
  context: RequestContext,
): Promise<Refusal | undefined> {
  if (!context.may('ALTER', 'CLUSTER'))
    return refuse('CLUSTER_AUTHORIZATION_FAILED', 'Cluster authorization failed.')
  if (user === '') return refuse('UNACCEPTABLE_CREDENTIAL', 'Username must not be empty')
  const changes = changesOf(user, request, context)
  if (!Array.isArray(changes)) return changes
  if (changes.length > 1)
    return refuse('DUPLICATE_RESOURCE', 'A user credential cannot be altered twice in the same request')
  try {
    await context.services.users.change(changes)
    return undefined
  } catch (error) {
    return refuse('KAFKA_STORAGE_ERROR', messageOf(error))
  }
}

function changesOf(user: string, request: Request, { services }: RequestContext): Change[] | Refusal {
  const changes: Change[] = []
  for (const { name, mechanism: number } of request.deletions) {
    if (name !== user) continue
    const mechanism = scramMechanisms[number - 1]
    if (mechanism === undefined) return unknownMechanism()
    if (services.users.get(user, mechanism) === undefined)
      return refuse('RESOURCE_NOT_FOUND', 'Attempt to delete a user credential that does not exist')
    changes.push({ user, mechanism, credential: null })
  }
  for (const { name, mechanism: number, iterations, salt, saltedPassword } of request.upsertions) {
    if (name !== user) continue
    const mechanism = scramMechanisms[number - 1]
    if (mechanism === undefined) return unknownMechanism()
    const problem = credentialProblem(iterations, salt, saltedPassword)
    if (problem !== undefined) return refuse('UNACCEPTABLE_CREDENTIAL', problem)
    changes.push({ user, mechanism, credential: credentialOf(mechanism, saltedPassword, salt, iterations) })
  }
  return changes
}

function credentialProblem(iterations: number, salt: Buffer, saltedPassword: Buffer): string | undefined {
  if (iterations < iterationBounds.min) return 'Too few iterations'
  if (iterations > iterationBounds.max) return 'Too many iterations'
  if (salt.length === 0) return 'The salt must not be empty'
  return saltedPassword.length === 0 ? 'The salted password must not be empty' : undefined
}

function unknownMechanism(): Refusal {
  return refuse('UNSUPPORTED_SASL_MECHANISM', 'Unknown SCRAM mechanism')
}

export const handleAlterUserScramCredentials = handler(
  apis.alterUserScramCredentials,
  alterUserScramCredentials,
)
