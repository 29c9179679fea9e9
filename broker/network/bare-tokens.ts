import type { Connection } from './connection.ts'

/**
 * SaslHandshake version 0, which clients before Kafka 1.0 use: the mechanism's messages go as plain frames, a length and
 * the message. Failing, the connection is closed without a word, as in Kafka.
 */
export async function answerBareToken(connection: Connection, token: Buffer): Promise<void> {
  const { session } = connection
  const answer = connection.openSlot()
  const step = await session.exchange?.step(token)
  if (step === undefined || step.outcome === 'failed') {
    connection.close()
    return
  }
  if (step.outcome === 'authenticated') session.authenticated(step.principal, step.endsAtMs)
  const length = Buffer.alloc(4)
  length.writeInt32BE(step.reply.length)
  answer([length, step.reply])
}
