import type { ListenerSettings } from './listeners.ts'
import { anonymous, type Principal } from './principal.ts'
import type { SaslExchange } from './sasl-exchange.ts'

/** What a connection has proved so far about who is at its other end. */
export class Session {
  readonly listener: ListenerSettings
  principal: Principal = anonymous
  /** A mechanism is chosen and its messages go back and forth. */
  exchange: SaslExchange | undefined
  /** SaslHandshake version 0: the mechanism's messages follow without Kafka's headers. */
  hasBareTokens = false
  /** When a session that came in by a delegation token ends, in ms since 1970; undefined for all others. */
  endsAtMs: number | undefined
  #isAuthenticated: boolean

  constructor(listener: ListenerSettings) {
    this.listener = listener
    this.#isAuthenticated = listener.sasl.length === 0
  }

  /** Until then nothing but the questions of ApiVersions and SASL is answered. */
  get isAuthenticated(): boolean {
    return this.#isAuthenticated
  }

  /** The client's certificate names it; where SASL is asked for, that decides. */
  certified(principal: Principal): void {
    if (this.#isAuthenticated) this.principal = principal
  }

  authenticated(principal: Principal, endsAtMs?: number): void {
    this.principal = principal
    this.#isAuthenticated = true
    this.endsAtMs = endsAtMs
    this.exchange = undefined
    this.hasBareTokens = false
  }
}
