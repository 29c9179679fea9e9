import type { SaslMechanism } from './listeners.ts'
import type { Principal } from './principal.ts'

/** What one message of a mechanism leads to. */
export type SaslStep =
  | { outcome: 'continue'; reply: Buffer }
  /** `endsAtMs`: when what it has proved ends, where it does. */
  | { outcome: 'authenticated'; reply: Buffer; principal: Principal; endsAtMs?: number }
  /** `message` is what the client is told; it never says whether the user exists. */
  | { outcome: 'failed'; message: string }

/** The server's side of one SASL mechanism (RFC 4422), a message at a time. */
export interface SaslExchange {
  readonly mechanism: SaslMechanism
  step(message: Buffer): Promise<SaslStep>
}
