import { createHmac, pbkdf2Sync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { scramConversation } from './scram.ts'

/** RFC 7677, section 3. */
const rfc = {
  nonce: 'rOprNGfwEbeRWgbNEkqO',
  first: 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO',
  challenge: 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
  final:
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  verdict: 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
}

const start = () => scramConversation('SCRAM-SHA-256', 'user', 'pencil', rfc.nonce)
const failed = (why: string) => ({ outcome: 'failed', why: expect.stringContaining(why) as string })

describe('SCRAM, seen from the client', () => {
  it('speaks as in RFC 7677, word by word', async () => {
    const conversation = start()
    expect(String(conversation.first)).toBe(rfc.first)
    const step = await conversation.answer(Buffer.from(rfc.challenge))
    expect(step).toEqual({ outcome: 'send', message: Buffer.from(rfc.final) })
    expect(await conversation.answer(Buffer.from(rfc.verdict))).toEqual({ outcome: 'done' })
  })

  it.each([
    ['v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=', 'signature is wrong'],
    ['v=', 'signature is wrong'],
    ['', 'signature is wrong'],
    ['e=invalid-proof', 'invalid-proof'],
  ])('does not trust a broker that ends with %j', async (verdict, why) => {
    const conversation = start()
    await conversation.answer(Buffer.from(rfc.challenge))
    expect(await conversation.answer(Buffer.from(verdict))).toEqual(failed(why))
  })

  it.each([
    ['r=another,s=AAAA,i=4096', 'nonce'],
    [`r=${rfc.nonce},s=AAAA,i=4096`, 'nonce'],
    [`r=${rfc.nonce}x,s=AAAA,i=4095`, '4095 iterations'],
    [`r=${rfc.nonce}x,s=AAAA,i=999999999`, '999999999 iterations'],
    [`m=what,r=${rfc.nonce}x,s=AAAA,i=4096`, 'makes no sense'],
    ['', 'makes no sense'],
  ])('does not answer %j', async (challenge, why) => {
    expect(await start().answer(Buffer.from(challenge))).toEqual(failed(why))
  })

  it('escapes commas and equal signs in names, and signs the escaped name', async () => {
    const conversation = scramConversation('SCRAM-SHA-512', 'a,b,c=d', 'pencil', 'N')
    expect(String(conversation.first)).toBe('n,,n=a=2Cb=2Cc=3Dd,r=N')
    await conversation.answer(Buffer.from('r=NS,s=AAAA,i=4096'))
    const salted = pbkdf2Sync('pencil', Buffer.from('AAAA', 'base64'), 4096, 64, 'sha512')
    const serverKey = createHmac('sha512', salted).update('Server Key').digest()
    const signed = 'n=a=2Cb=2Cc=3Dd,r=N,r=NS,s=AAAA,i=4096,c=biws,r=NS'
    const verdict = createHmac('sha512', serverKey).update(signed).digest('base64')
    expect(await conversation.answer(Buffer.from(`v=${verdict}`))).toEqual({ outcome: 'done' })
  })
})
