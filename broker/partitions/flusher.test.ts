import { describe, expect, it } from 'vitest'
import { staticBrokerConfigs } from '../testing/static-broker-configs.ts'
import { topicSettings } from '../topics/settings.ts'
import { Flusher } from './flusher.ts'

/** A log that only counts. */
function scene(own: Record<string, string>) {
  const log = {
    endOffset: 0,
    flushes: [] as number[],
    flush: () => {
      log.flushes.push(log.endOffset)
      return log.endOffset === 13 ? Promise.reject(new Error('no luck')) : Promise.resolve()
    },
  }
  const errors: unknown[] = []
  const flusher = new Flusher(log as never, topicSettings(own, staticBrokerConfigs()), error =>
    errors.push(error),
  )
  const append = (count: number): Promise<void> => {
    log.endOffset += count
    return flusher.onAppended()
  }
  return { log, append, errors, flusher }
}

const turn = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

describe('a topic that says when it is synced', () => {
  it('is after so many records', async () => {
    const { log, append } = scene({ 'flush.messages': '5' })
    for (let i = 0; i < 12; i++) await append(1)
    expect(log.flushes).toEqual([5, 10])
  })

  it('is after so much time, once, and not when it is closed before', async () => {
    const { log, append, flusher } = scene({ 'flush.ms': '20' })
    await append(1)
    await append(1)
    expect(log.flushes).toEqual([])
    while (log.flushes.length === 0) await turn(5)
    await append(1)
    flusher.close()
    await turn(40)
    expect(log.flushes).toEqual([2])
  })

  it('says what went wrong: to who waits for the sync, else to the partition', async () => {
    await expect(scene({ 'flush.messages': '1' }).append(13)).rejects.toThrow('no luck')
    const { append, errors } = scene({ 'flush.ms': '1' })
    await append(13)
    while (errors.length === 0) await turn(5)
    expect(errors).toEqual([new Error('no luck')])
  })

  it('is left alone otherwise', async () => {
    const { log, append } = scene({})
    await append(1_000_000)
    await turn(0)
    expect(log.flushes).toEqual([])
  })
})
