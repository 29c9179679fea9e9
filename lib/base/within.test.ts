import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { within } from './within.ts'

const late = () => new Error('late')

describe('within', () => {
  it('gives what comes in time, and its failure', async () => {
    expect(await within(1_000, Promise.resolve(7), late)).toBe(7)
    await expect(within(1_000, Promise.reject(new Error('broken')), late)).rejects.toThrow('broken')
  })

  it('refuses what does not', async () => {
    await expect(within(5, sleep(60_000, undefined, { ref: false }), late)).rejects.toThrow('late')
  })
})
