import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { addUser } from '../../../broker/testing/administer.ts'
import { logIn, type ScramLogin } from '../../../broker/testing/log-in.ts'
import type { WireClient } from '../../../broker/testing/wire-client.ts'
import { apis, errorName, type RequestInput } from '../../../lib/kafka/index.ts'
import { hasTokens, openTokenTarget, type TokenTarget } from './target.ts'

const timeout = 60_000
const dayMs = 86_400_000
const maxTries = 100
/** A cluster tells its brokers a moment later. */
const settled = { timeout: 10_000, interval: 50 }

type Creation = RequestInput<typeof apis.createDelegationToken>
type Token = Awaited<ReturnType<typeof create>>

/** Users are made by a listener that asks nobody; tokens are for who comes by SCRAM. */
describe.skipIf(!hasTokens)(
  'delegation tokens (skipped against another broker without --sasl)',
  { timeout },
  () => {
    let target: TokenTarget
    let [ada, eve] = [] as unknown as [WireClient, WireClient]
    const open: WireClient[] = []
    beforeAll(async () => {
      target = await openTokenTarget()
      for (const user of ['ada', 'eve']) await addUser(target.address, user, 'secret')
      const client = async (user: string) => (await enters({ user, password: 'secret' })).client
      ada = await client('ada')
      eve = await client('eve')
    }, timeout)
    afterEach(() => {
      for (const client of open.splice(0)) client.close()
    })
    afterAll(async () => {
      for (const client of [ada, eve]) client.close()
      await target.close()
    }, timeout)

    async function login(who: Partial<ScramLogin> & { user: string; password: string }) {
      return await logIn(target.saslAddress, { mechanism: 'SCRAM-SHA-256', ...who })
    }

    /** Until it is let in. */
    async function enters(who: Parameters<typeof login>[0]) {
      for (let tries = 0; tries < maxTries; tries++) {
        const answer = await login(who)
        if (answer.errorCode === 0) return answer
        answer.client.close()
        await new Promise(resolve => setTimeout(resolve, settled.interval))
      }
      throw new Error(`${who.user} is not let in`)
    }

    const byToken = (token: Token, more: Partial<ScramLogin> = {}) => ({
      user: token.tokenId,
      password: token.hmac.toString('base64'),
      isToken: true,
      ...more,
    })

    async function described(client: WireClient, owners: string[] | null = null) {
      const { tokens } = await client.send(apis.describeDelegationToken, 3, {
        owners: owners?.map(principalName => ({ principalType: 'User', principalName })) ?? null,
      })
      return tokens
    }

    it('are for who asks, end in a day, and can be renewed for a week', async () => {
      const token = await create(ada)
      expect(errorName(token.errorCode)).toBe('NONE')
      expect([token.principalType, token.principalName]).toEqual(['User', 'ada'])
      expect(token.tokenRequesterPrincipalName).toBe('ada')
      expect(token.expiryTimestampMs - token.issueTimestampMs).toBe(dayMs)
      expect(token.maxTimestampMs - token.issueTimestampMs).toBe(7 * dayMs)
      expect(token.hmac).toHaveLength(64)
      const short = await create(ada, { maxLifetimeMs: 5_000 })
      expect(short.expiryTimestampMs).toBe(short.issueTimestampMs + 5_000)
      expect(short.maxTimestampMs).toBe(short.expiryTimestampMs)
    })

    it('may be for another, and only users renew them', async () => {
      const token = await create(ada, { ownerPrincipalType: 'User', ownerPrincipalName: 'eve' })
      expect([token.principalName, token.tokenRequesterPrincipalName]).toEqual(['eve', 'ada'])
      const refused = await create(ada, { renewers: [{ principalType: 'Group', principalName: 'x' }] })
      expect(errorName(refused.errorCode)).toBe('INVALID_PRINCIPAL_TYPE')
      expect(refused.hmac).toHaveLength(0)
    })

    it.each(['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)(
      'let their holder in by %s, for as long as they live, but not to ask for tokens',
      async mechanism => {
        const { client, sessionLifetimeMs } = await enters(byToken(await create(ada), { mechanism }))
        open.push(client)
        expect(sessionLifetimeMs).toBeGreaterThan(dayMs - 60_000)
        expect(sessionLifetimeMs).toBeLessThanOrEqual(dayMs)
        expect(errorName((await create(client)).errorCode)).toBe('DELEGATION_TOKEN_REQUEST_NOT_ALLOWED')
        const again = await client.send(apis.saslHandshake, 1, { mechanism })
        expect(errorName(again.errorCode)).toBe('NONE')
      },
    )

    it('let nobody in by a wrong key, nor by the right one without saying that it is a token', async () => {
      const token = await create(ada)
      await enters(byToken(token)).then(({ client }) => client.close())
      const strangers = [
        byToken(token, { password: 'wrong' }),
        byToken(token, { user: 'none' }),
        byToken(token, { isToken: false }),
      ]
      for (const stranger of strangers) {
        const { client, errorCode, errorMessage } = await login(stranger)
        open.push(client)
        expect(errorName(errorCode)).toBe('SASL_AUTHENTICATION_FAILED')
        expect(errorMessage).toMatch(/invalid credentials with SASL mechanism SCRAM-SHA-256$/)
      }
    })

    it('are shown by their owners and with their renewers; of nobody there are none', async () => {
      const token = await create(ada, { renewers: [{ principalType: 'User', principalName: 'eve' }] })
      const ids = async (client: WireClient, owners: string[] | null) =>
        (await described(client, owners)).map(({ tokenId }) => tokenId)
      await expect.poll(() => ids(eve, ['ada']), settled).toContain(token.tokenId)
      expect(await ids(ada, null)).toContain(token.tokenId)
      expect(await ids(ada, [])).toEqual([])
      const shown = (await described(eve)).find(({ tokenId }) => tokenId === token.tokenId)
      expect(shown).toMatchObject({
        renewers: [{ principalType: 'User', principalName: 'eve' }],
        hmac: token.hmac,
        expiryTimestamp: token.expiryTimestampMs,
      })
    })

    it('live on as their owner and renewers wish, at most to their latest end', async () => {
      const renewers = [{ principalType: 'User', principalName: 'eve' }]
      const token = await create(ada, { renewers, maxLifetimeMs: 60_000 })
      const other = await create(ada)
      const renew = async (client: WireClient, hmac: Buffer, renewPeriodMs: number) => {
        const r = await client.send(apis.renewDelegationToken, 2, { hmac, renewPeriodMs })
        return [errorName(r.errorCode), r.expiryTimestampMs] as const
      }
      const unknown = await renew(eve, Buffer.from('x'), -1)
      expect(unknown).toEqual(['DELEGATION_TOKEN_NOT_FOUND', 0])
      await expect
        .poll(async () => (await renew(eve, other.hmac, -1))[0], settled)
        .toBe('DELEGATION_TOKEN_OWNER_MISMATCH')
      expect(await renew(eve, token.hmac, -1)).toEqual(['NONE', token.maxTimestampMs])
      const [outcome, endsMs] = await renew(ada, other.hmac, 3_600_000)
      expect(outcome).toBe('NONE')
      expect(Math.abs(endsMs - Date.now() - 3_600_000)).toBeLessThan(30_000)
    })

    it('end earlier as they are told, or at once', async () => {
      const token = await create(ada)
      const expire = async (client: WireClient, expiryTimePeriodMs: number) => {
        const request = { hmac: token.hmac, expiryTimePeriodMs }
        const r = await client.send(apis.expireDelegationToken, 2, request)
        return [errorName(r.errorCode), r.expiryTimestampMs] as const
      }
      await expect
        .poll(async () => (await expire(eve, -1))[0], settled)
        .toBe('DELEGATION_TOKEN_OWNER_MISMATCH')
      const [outcome, endsMs] = await expire(ada, 10_000)
      expect(outcome).toBe('NONE')
      expect(Math.abs(endsMs - Date.now() - 10_000)).toBeLessThan(30_000)
      expect((await expire(ada, -1))[0]).toBe('NONE')
      await expect.poll(async () => (await expire(ada, 5))[0], settled).toBe('DELEGATION_TOKEN_NOT_FOUND')
    })
  },
)

async function create(client: WireClient, more: Partial<Creation> = {}) {
  return await client.send(apis.createDelegationToken, 3, {
    renewers: [],
    maxLifetimeMs: -1,
    ownerPrincipalType: null,
    ownerPrincipalName: null,
    ...more,
  })
}
