import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Turns } from './turns.ts'

describe('turns', () => {
  it('begin when the one before is over, also when that failed', async () => {
    const turns = new Turns()
    const seen: string[] = []
    const step = (name: string, ms: number) => async () => {
      seen.push(`${name} begins`)
      await sleep(ms)
      seen.push(`${name} ends`)
      return name
    }
    const first = turns.take(step('first', 5))
    const failing = turns.take(() => Promise.reject(new Error('broken')))
    const last = turns.take(step('last', 0))
    await expect(failing).rejects.toThrow('broken')
    await turns.settled()
    expect(await Promise.all([first, last])).toEqual(['first', 'last'])
    expect(seen).toEqual(['first begins', 'first ends', 'last begins', 'last ends'])
  })
})
