import type { SaslConversation } from './sasl-conversation.ts'

/** PLAIN (RFC 4616): one message, which holds the password itself. */
export function plainConversation(username: string, password: string): SaslConversation {
  return {
    first: Buffer.from(`\0${username}\0${password}`),
    answer: () => Promise.resolve({ outcome: 'done' }),
  }
}
