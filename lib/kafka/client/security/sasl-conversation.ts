/** What follows from one message of the broker. */
export type SaslStep =
  | { outcome: 'send'; message: Buffer }
  | { outcome: 'done' }
  /** The broker is not who we think, or says what makes no sense. */
  | { outcome: 'failed'; why: string }

/** The client's side of one SASL mechanism (RFC 4422): it speaks first, then a message at a time. */
export interface SaslConversation {
  readonly first: Buffer
  answer(message: Buffer): Promise<SaslStep>
}
