import { describe, expect, it } from 'vitest'
import { Gate } from './gate.ts'

const full = (waiting: number) => new Error(`${waiting} are waiting`)
const never = new AbortController().signal

describe('a gate', () => {
  it('lets so many in, then one for each that leaves, in order', async () => {
    const gate = new Gate(1, 10, full)
    const leave = await gate.enter(never)
    const order: string[] = []
    const enter = async (name: string) => {
      const out = await gate.enter(never)
      order.push(name)
      return out
    }
    const first = enter('first')
    const second = enter('second')
    expect([gate.running, gate.waiting]).toEqual([1, 2])
    leave()
    leave()
    ;(await first)()
    ;(await second)()
    expect(order).toEqual(['first', 'second'])
    expect([gate.running, gate.waiting]).toEqual([0, 0])
  })

  it('refuses whom the line has no room for', async () => {
    const gate = new Gate(1, 1, full)
    await gate.enter(never)
    void gate.enter(never)
    await expect(gate.enter(never)).rejects.toThrow('1 are waiting')
  })

  it('forgets those who gave up waiting', async () => {
    const gate = new Gate(1, 10, full)
    const leave = await gate.enter(never)
    const controller = new AbortController()
    const waiting = gate.enter(controller.signal)
    controller.abort(new Error('gone'))
    await expect(waiting).rejects.toThrow('gone')
    leave()
    expect([gate.running, gate.waiting]).toEqual([0, 0])
  })
})
