import type { DelegationTokens } from './delegation-tokens.ts'
import type { SaslMechanism } from './listeners.ts'
import { plainExchange } from './plain.ts'
import type { SaslExchange } from './sasl-exchange.ts'
import { scramExchange } from './scram.ts'
import type { ScramUsers } from './scram-users.ts'

export function startExchange(
  mechanism: SaslMechanism,
  users: ScramUsers,
  tokens: DelegationTokens,
): SaslExchange {
  return mechanism === 'PLAIN' ? plainExchange(users) : scramExchange(mechanism, users, tokens)
}
