import { userPrincipal } from './principal.ts'
import type { SaslExchange, SaslStep } from './sasl-exchange.ts'
import type { ScramUsers } from './scram-users.ts'

/**
 * PLAIN (RFC 4616): `authzid NUL authcid NUL password`. Passwords are checked against the hashed SCRAM credentials; there are
 * no others.
 */
export function plainExchange(users: ScramUsers): SaslExchange {
  return {
    mechanism: 'PLAIN',
    step: async message => {
      const parts = message.toString('utf8').split('\0')
      const [authorizationId = '', user = '', password = ''] = parts
      if (parts.length !== 3)
        return failed(`Invalid SASL/PLAIN response: expected 3 tokens, got ${parts.length}`)
      if (user === '') return failed('Authentication failed: username not specified')
      if (password === '') return failed('Authentication failed: password not specified')
      if (!(await users.hasPassword(user, password)))
        return failed('Authentication failed: Invalid username or password')
      if (authorizationId !== '' && authorizationId !== user)
        return failed(
          'Authentication failed: Client requested an authorization id that is different from username',
        )
      return { outcome: 'authenticated', reply: Buffer.alloc(0), principal: userPrincipal(user) }
    },
  }
}

function failed(message: string): SaslStep {
  return { outcome: 'failed', message }
}
