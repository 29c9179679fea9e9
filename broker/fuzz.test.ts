import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apis, encodeRequest } from '../lib/kafka/index.ts'
import { handlers } from './handlers/table.ts'
import { refusals } from './testing/refusals.ts'
import { Scene, testTimeout } from './testing/scene.ts'
import { WireClient } from './testing/wire-client.ts'

const runs = 300
const answerMs = 20

/** Requests of many APIs as they should be. */
const sound = refusals.map(({ api, version, body }) => encodeRequest(api, version, 7, 'fuzz', body as never))

/** A sound request with some of its bytes changed, behind the length. */
const damaged = fc
  .tuple(
    fc.constantFrom(...sound),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
    fc.option(fc.nat(), { nil: undefined }),
  )
  .map(([frame, changes, cut]) => {
    const bytes = Buffer.from(frame)
    // the header stays: what follows is what is read by it
    for (const [at, value] of changes) bytes[20 + (at % (bytes.length - 20))] = value
    const end = cut === undefined ? bytes.length : 12 + (cut % (bytes.length - 12))
    const shorter = bytes.subarray(0, end)
    shorter.writeInt32BE(shorter.length - 4)
    return shorter
  })

/** Any API in any version, with any bytes for a body. */
const arbitrary = fc
  .record({
    key: fc.constantFrom(...handlers.map(({ api }) => api.key)),
    version: fc.nat(20),
    body: fc.uint8Array({ maxLength: 200 }),
  })
  .map(({ key, version, body }) => {
    const header = Buffer.from([0, 0, 0, 0, 0, key, 0, version, 0, 0, 0, 7, 0xff, 0xff])
    const frame = Buffer.concat([header, body])
    frame.writeInt32BE(frame.length - 4)
    return frame
  })

describe('requests that are nonsense', { timeout: 6 * testTimeout.timeout }, () => {
  const scene = Scene.forEachTest()

  /** Sends it on a connection of its own and waits a moment for an answer or the end. */
  async function send(frame: Buffer): Promise<void> {
    const client = await WireClient.open(scene.broker.address)
    client.socket.removeAllListeners('data')
    const answered = new Promise(resolve => client.socket.once('data', resolve))
    client.socket.write(frame)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise(resolve => {
      timer = setTimeout(resolve, answerMs)
    })
    await Promise.race([answered, client.closed, late])
    clearTimeout(timer)
    client.close()
  }

  const survives = async (frames: fc.Arbitrary<Buffer>) => {
    await scene.createTopic('t')
    await fc.assert(fc.asyncProperty(frames, send), { numRuns: runs })
    const bugs = scene.broker.entries.filter(({ level }) => level === 'error')
    expect(bugs.map(({ message, attributes }) => ({ message, ...attributes }))).toEqual([])
    const { brokers } = await scene.client.send(apis.metadata, 12, { topics: [] })
    expect(brokers).toHaveLength(1)
  }

  it('by damage in transit are answered or end their connection, and nothing else', async () => {
    await survives(damaged)
  })

  it('from the start are answered or end their connection, and nothing else', async () => {
    await survives(arbitrary)
  })
})
