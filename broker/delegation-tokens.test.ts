import { describe, expect, it } from 'vitest'
import { apis, errorName } from '../lib/kafka/index.ts'
import { addUser } from './testing/administer.ts'
import { logIn } from './testing/log-in.ts'
import { startTestBroker } from './testing/start-broker.ts'
import type { WireClient } from './testing/wire-client.ts'

const listeners = 'broker.listeners=[{ name: sasl, listen: 127.0.0.1:0, sasl: [SCRAM-SHA-256] }]'
const secret = 'broker.configs={ delegation.token.secret.key: quiet }'
const ada = { mechanism: 'SCRAM-SHA-256', user: 'ada', password: 'secret' } as const

async function withBroker(
  settings: string[],
  run: (broker: Awaited<ReturnType<typeof startTestBroker>>) => Promise<void>,
): Promise<void> {
  const broker = await startTestBroker([listeners, ...settings])
  try {
    await addUser(broker.address, 'ada', 'secret')
    await run(broker)
  } finally {
    await broker.close()
  }
}

async function create(client: WireClient, maxLifetimeMs = -1) {
  return await client.send(apis.createDelegationToken, 3, {
    renewers: [],
    maxLifetimeMs,
    ownerPrincipalType: null,
    ownerPrincipalName: null,
  })
}

describe('delegation tokens', { timeout: 30_000 }, () => {
  it('are not there without a secret', () =>
    withBroker([], async broker => {
      const { client } = await logIn(broker.addresses['sasl'] ?? '', ada)
      expect(errorName((await create(client)).errorCode)).toBe('DELEGATION_TOKEN_AUTH_DISABLED')
      const { errorCode } = await client.send(apis.describeDelegationToken, 3, { owners: null })
      expect(errorName(errorCode)).toBe('DELEGATION_TOKEN_AUTH_DISABLED')
      client.close()
    }))

  it('stay over a restart, with keys that are written nowhere', () =>
    withBroker([secret], async broker => {
      const { client } = await logIn(broker.addresses['sasl'] ?? '', ada)
      const { tokenId, hmac } = await create(client)
      client.close()
      await broker.restart()
      const token = { ...ada, user: tokenId, password: hmac.toString('base64'), isToken: true }
      const again = await logIn(broker.addresses['sasl'] ?? '', token)
      expect(errorName(again.errorCode)).toBe('NONE')
      again.client.close()
    }))

  it('end the session of whoever came by them, and let nobody in any more', () =>
    withBroker([secret], async broker => {
      const address = broker.addresses['sasl'] ?? ''
      const { client } = await logIn(address, ada)
      const { tokenId, hmac, expiryTimestampMs } = await create(client, 700)
      client.close()
      const token = { ...ada, user: tokenId, password: hmac.toString('base64'), isToken: true }
      const { client: holder, sessionLifetimeMs } = await logIn(address, token)
      expect(sessionLifetimeMs).toBeGreaterThan(0)
      expect((await holder.send(apis.metadata, 12, { topics: [] })).brokers).toHaveLength(1)
      await new Promise(resolve => setTimeout(resolve, expiryTimestampMs - Date.now() + 50))
      await expect(holder.send(apis.metadata, 12, { topics: [] })).rejects.toThrow('connection closed')
      const late = await logIn(address, token)
      expect(errorName(late.errorCode)).toBe('SASL_AUTHENTICATION_FAILED')
      late.client.close()
    }))
})
