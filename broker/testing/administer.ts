import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { apis, errorCodes } from '../../lib/kafka/index.ts'
import { type Operation, operations, patternTypes, permissions, resourceTypes } from '../access/acl.ts'
import { scramMechanisms } from '../access/scram-users.ts'
import { WireClient } from './wire-client.ts'

const iterations = 4_096

/** Makes a user, by a listener that takes whoever comes for a super user; with a credential for both mechanisms. */
export async function addUser(address: string, name: string, password: string): Promise<void> {
  const upsertions = scramMechanisms.map((mechanism, i) => {
    const salt = randomBytes(16)
    const hash = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512'
    const saltedPassword = pbkdf2Sync(password, salt, iterations, hash === 'sha256' ? 32 : 64, hash)
    return { name, mechanism: i + 1, iterations, salt, saltedPassword }
  })
  const client = await WireClient.open(address)
  try {
    // Kafka takes one change of a user in a request
    for (const upsertion of upsertions) {
      const request = { deletions: [], upsertions: [upsertion] }
      expectNone((await client.send(apis.alterUserScramCredentials, 0, request)).results)
    }
  } finally {
    client.close()
  }
}

export interface Right {
  type: 'TOPIC' | 'GROUP' | 'CLUSTER'
  name: string
  operation: Operation
}

/** Allows a user what it is to be allowed, by the same kind of listener. */
export async function allow(address: string, user: string, rights: readonly Right[]): Promise<void> {
  const creations = rights.map(({ type, name, operation }) => ({
    resourceType: resourceTypes[type],
    resourceName: name,
    resourcePatternType: patternTypes.LITERAL,
    principal: `User:${user}`,
    host: '*',
    operation: operations[operation],
    permissionType: permissions.ALLOW,
  }))
  const client = await WireClient.open(address)
  try {
    expectNone((await client.send(apis.createAcls, 3, { creations })).results)
  } finally {
    client.close()
  }
}

function expectNone(results: readonly { errorCode: number; errorMessage: string | null }[]): void {
  const failed = results.find(({ errorCode }) => errorCode !== errorCodes.NONE)
  if (failed !== undefined) throw new Error(failed.errorMessage ?? `code ${failed.errorCode}`)
}
