import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { scramMechanisms } from '../access/scram-users.ts'
import { refuse } from '../refusal.ts'
import { handler, type RequestContext } from './handler.ts'

/* DescribeUserScramCredentials, version 0: which mechanisms users have credentials for; never the credentials. */
type Request = RequestOf<typeof apis.describeUserScramCredentials>
type Response = ResponseInput<typeof apis.describeUserScramCredentials>
type Result = Response['results'][number]

function describeUserScramCredentials(request: Request, context: RequestContext): Response {
  if (!context.may('DESCRIBE', 'CLUSTER')) {
    const refusal = refuse('CLUSTER_AUTHORIZATION_FAILED', 'Cluster authorization failed.')
    return { throttleTimeMs: 0, ...refusal, results: [] }
  }
  const asked = request.users?.map(({ name }) => name) ?? []
  const names = asked.length === 0 ? context.services.users.names() : [...new Set(asked)]
  const results = names.map(user =>
    asked.filter(name => name === user).length > 1
      ? unknown(
          user,
          errorCodes.DUPLICATE_RESOURCE,
          `Cannot describe SCRAM credentials for the same user twice in a single request: ${user}`,
        )
      : describe(user, context),
  )
  return { throttleTimeMs: 0, errorCode: errorCodes.NONE, errorMessage: null, results }
}

function describe(user: string, { services }: RequestContext): Result {
  const credentialInfos = scramMechanisms.flatMap((mechanism, i) => {
    const credential = services.users.get(user, mechanism)
    return credential === undefined ? [] : [{ mechanism: i + 1, iterations: credential.iterations }]
  })
  if (credentialInfos.length === 0)
    return unknown(
      user,
      errorCodes.RESOURCE_NOT_FOUND,
      `Attempt to describe a user credential that does not exist: ${user}`,
    )
  return { user, errorCode: errorCodes.NONE, errorMessage: null, credentialInfos }
}

function unknown(user: string, errorCode: number, errorMessage: string): Result {
  return { user, errorCode, errorMessage, credentialInfos: [] }
}

export const handleDescribeUserScramCredentials = handler(
  apis.describeUserScramCredentials,
  describeUserScramCredentials,
)
