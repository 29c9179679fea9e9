import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { expect, test } from 'vitest'
import { plainExchange } from './plain.ts'
import { scramExchange } from './scram.ts'
import { credentialOf, type ScramMechanism, ScramUsers } from './scram-users.ts'

/** RFC 7677, section 3. */
const rfc = {
  clientFirst: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  serverNonce: '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  serverFirst: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  clientFinal:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  serverFinal: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
}

function usersWith(user: string, mechanism: ScramMechanism, password: string): ScramUsers {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
  const hash = mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512'
  const salted = pbkdf2Sync(password, salt, 4096, mechanism === 'SCRAM-SHA-256' ? 32 : 64, hash)
  const credential = credentialOf(mechanism, salted, salt, 4096)
  const documents = new Map([[JSON.stringify([user, mechanism]), credential]])
  return new ScramUsers({ documents: () => documents } as never)
}

async function text(step: Promise<{ outcome: string; reply?: Buffer; message?: string }>) {
  const { outcome, reply, message } = await step
  return { outcome, text: reply === undefined ? message : String(reply) }
}

test('the exchange of RFC 7677 is carried out word by word', async () => {
  const users = usersWith('user', 'SCRAM-SHA-256', 'pencil')
  const exchange = scramExchange('SCRAM-SHA-256', users, undefined, () => rfc.serverNonce)
  expect(await text(exchange.step(Buffer.from(rfc.clientFirst)))).toEqual({
    outcome: 'continue',
    text: rfc.serverFirst,
  })
  expect(await exchange.step(Buffer.from(rfc.clientFinal))).toEqual({
    outcome: 'authenticated',
    reply: Buffer.from(rfc.serverFinal),
    principal: 'User:user',
  })
})

test('a wrong proof, a wrong nonce and an unknown user fail with the same words', async () => {
  const users = usersWith('user', 'SCRAM-SHA-256', 'pencil')
  const failed = { outcome: 'failed', text: expect.stringContaining('invalid credentials') }
  const start = async () => {
    const exchange = scramExchange('SCRAM-SHA-256', users, undefined, () => rfc.serverNonce)
    await exchange.step(Buffer.from(rfc.clientFirst))
    return exchange
  }
  const wrongProof = rfc.clientFinal.replace('p=dHz', 'p=dHy')
  expect(await text((await start()).step(Buffer.from(wrongProof)))).toEqual(failed)
  const wrongNonce = rfc.clientFinal.replace('$k0', '$k1')
  expect(await text((await start()).step(Buffer.from(wrongNonce)))).toEqual(failed)
  const stranger = scramExchange('SCRAM-SHA-256', users)
  expect(await text(stranger.step(Buffer.from('n,,n=nobody,r=abc')))).toEqual(failed)
})

test('names may hold commas and equal signs, escaped', async () => {
  const users = usersWith('a,b=c', 'SCRAM-SHA-512', 'pencil')
  const exchange = scramExchange('SCRAM-SHA-512', users, undefined, () => 'S')
  const first = 'n=a=2Cb=3Dc,r=C'
  const challenge = String(((await exchange.step(Buffer.from(`n,,${first}`))) as { reply: Buffer }).reply)
  const salted = pbkdf2Sync('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4096, 64, 'sha512')
  const clientKey = createHmac('sha512', salted).update('Client Key').digest()
  const stored = createHash('sha512').update(clientKey).digest()
  const signature = createHmac('sha512', stored).update(`${first},${challenge},c=biws,r=CS`).digest()
  const proof = Buffer.from(clientKey.map((byte, i) => byte ^ (signature[i] ?? 0))).toString('base64')
  const step = await exchange.step(Buffer.from(`c=biws,r=CS,p=${proof}`))
  expect(step).toMatchObject({ outcome: 'authenticated', principal: 'User:a,b=c' })
})

test('nonsense is refused, not thrown', async () => {
  const users = usersWith('user', 'SCRAM-SHA-256', 'pencil')
  for (const message of [
    '',
    'n,,',
    'p=tls-unique,,n=user,r=x',
    'y,,n=user,r=x',
    '\0\0',
    'n,a=eve,n=user,r=x',
  ])
    expect(await scramExchange('SCRAM-SHA-256', users).step(Buffer.from(message))).toMatchObject({
      outcome: 'failed',
    })
})

test('PLAIN is checked against the hashed credential', async () => {
  const users = usersWith('user', 'SCRAM-SHA-512', 'pencil')
  const step = (message: string) => plainExchange(users).step(Buffer.from(message))
  expect(await step('\0user\0pencil')).toMatchObject({ outcome: 'authenticated', principal: 'User:user' })
  expect(await step('user\0user\0pencil')).toMatchObject({ outcome: 'authenticated' })
  for (const wrong of ['\0user\0pen', '\0eve\0pencil', 'eve\0user\0pencil', '\0\0x', '\0user\0', 'user', ''])
    expect(await step(wrong)).toMatchObject({ outcome: 'failed' })
})

test('PLAIN takes a password as it is, as Kafka does', async () => {
  const users = usersWith('user', 'SCRAM-SHA-256', 'o\ufb03ce')
  const step = (message: string) => plainExchange(users).step(Buffer.from(message))
  expect(await step('\0user\0o\ufb03ce')).toMatchObject({ outcome: 'authenticated' })
  expect(await step('\0user\0office')).toMatchObject({ outcome: 'failed' })
})
