import { once } from 'node:events'
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Part } from '../../lib/kafka/index.ts'
import { native } from '../../lib/native/index.ts'
import { PartSender } from './part-sender.ts'

const path = join(tmpdir(), `millrace-parts-${process.pid}`)
const content = Buffer.from(Array.from({ length: 500_000 }, (_, i) => (i * 7) % 253))
let fd: number
beforeAll(() => {
  writeFileSync(path, content)
  fd = openSync(path, 'r')
})
afterAll(() => {
  closeSync(fd)
  unlinkSync(path)
})

async function connection(): Promise<{ near: Socket; far: Socket }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  const near = connect(server.address() as { port: number })
  near.on('error', () => undefined)
  await once(near, 'connect')
  const [far] = (await accepted) as [Socket]
  server.close()
  return { near, far }
}

const anyBuffer = fc.nat(3_000).map(length => content.subarray(0, length + 1) as Part)
const anyRange = fc
  .tuple(fc.nat(100_000), fc.integer({ min: 1, max: 400_000 }))
  .map(([position, length]): Part => ({ fd, position, length }))
const anyAnswers = fc.array(fc.array(fc.oneof(anyBuffer, anyRange), { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 8,
})

function bytesOf(part: Part): Buffer {
  return Buffer.isBuffer(part) ? part : content.subarray(part.position, part.position + part.length)
}

const ways = [
  { name: 'with sendfile', sendFile: native?.sendFile },
  { name: 'without it', sendFile: () => 0 },
]

describe.each(ways)('answers of parts, $name', ({ sendFile }) => {
  it('arrive whole and in order, however slowly the client reads', async () => {
    await fc.assert(
      fc.asyncProperty(anyAnswers, fc.boolean(), async (answers, isSlow) => {
        const { near, far } = await connection()
        const sender = new PartSender(near, sendFile)
        const sent: number[] = []
        for (const [i, parts] of answers.entries()) sender.send(parts, () => sent.push(i))
        const expected = Buffer.concat(answers.flat().map(bytesOf))
        const chunks: Buffer[] = []
        let length = 0
        for await (const chunk of far as AsyncIterable<Buffer>) {
          chunks.push(chunk)
          length += chunk.length
          if (length >= expected.length) break
          if (isSlow) await sleep(0)
        }
        expect(Buffer.concat(chunks).equals(expected)).toBe(true)
        near.destroy()
        await expect.poll(() => sent.toSorted((a, b) => a - b)).toEqual(answers.map((_, i) => i))
      }),
      { numRuns: 25 },
    )
  })

  it('are all said to be sent when the client goes, and when a range is not there', async () => {
    for (const last of [
      { fd, position: 0, length: 400_000 },
      { fd, position: 0, length: content.length + 1 },
    ]) {
      const { near, far } = await connection()
      const closed = new Promise(resolve => near.once('close', resolve))
      const sender = new PartSender(near, sendFile)
      let sent = 0
      for (let i = 0; i < 20; i++) sender.send([{ fd, position: 0, length: 400_000 }], () => sent++)
      sender.send([last], () => sent++)
      if (last.length === 400_000) far.resetAndDestroy()
      else far.resume()
      await closed
      await expect.poll(() => sent).toBe(21)
    }
  })
})
