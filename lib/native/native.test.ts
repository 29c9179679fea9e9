import { once } from 'node:events'
import { closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Native, native } from './index.ts'

const path = join(tmpdir(), `millrace-native-${process.pid}`)
const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
const none = Buffer.alloc(0)
let fd: number
const sockets: Socket[] = []

beforeAll(() => {
  writeFileSync(path, content)
  fd = openSync(path, 'r')
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  closeSync(fd)
  unlinkSync(path)
})

/** Both ends of one connection; `fd` is the descriptor of the near one. */
async function connection(): Promise<{ near: Socket; far: Socket; nearFd: number }> {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'connection')
  const near = connect(server.address() as { port: number })
  await once(near, 'connect')
  const [far] = (await accepted) as [Socket]
  server.close()
  sockets.push(near, far)
  return { near, far, nearFd: (near as unknown as { _handle: { fd: number } })._handle.fd }
}

async function received(socket: Socket, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= length) break
  }
  return Buffer.concat(chunks)
}

// it is made by npm run build:native, which needs a C compiler and Linux
describe.skipIf(native === undefined)('the native part', () => {
  const { sendFile, readCached } = native ?? ({} as NonNullable<typeof native>)

  it('reads what is cached, up to the end of the file', () => {
    const buffer = Buffer.alloc(1000)
    expect(readCached(fd, buffer, 100)).toBe(1000)
    expect(buffer.equals(content.subarray(100, 1100))).toBe(true)
    expect(readCached(fd, buffer, content.length - 10)).toBe(10)
    expect(readCached(fd, buffer, content.length)).toBe(0)
    expect(readCached(-1, buffer, 0)).toBe(0)
  })

  it('sends a prefix, a range and a suffix', async () => {
    const { far, nearFd } = await connection()
    expect(await sendFile(nearFd, Buffer.from('before'), fd, 1000, 5000, Buffer.from('after'))).toBe(5011)
    const expected = Buffer.concat([
      Buffer.from('before'),
      content.subarray(1000, 6000),
      Buffer.from('after'),
    ])
    expect((await received(far, 5011)).equals(expected)).toBe(true)
  })

  it('says how much was taken where the client does not read', async () => {
    const { far, nearFd } = await connection()
    const sent: number[] = []
    while (sent.at(-1) !== 0) sent.push(await sendFile(nearFd, none, fd, 0, content.length, none))
    const total = sent.reduce((sum, count) => sum + count, 0)
    expect(total).toBeGreaterThan(0)
    const all = await received(far, total)
    expect(all.length).toBe(total)
    for (let at = 0; at + content.length <= total && sent[0] === content.length; at += content.length)
      expect(all.subarray(at, at + 100).equals(content.subarray(0, 100))).toBe(true)
  })

  it('refuses a range beyond the end of the file, a socket that is gone, and nonsense', async () => {
    const { near, far, nearFd } = await connection()
    const send = async (socket: number, length: number) => await sendFile(socket, none, fd, 0, length, none)
    await expect(send(nearFd, content.length + 1)).rejects.toMatchObject({ code: 'EIO' })
    const closed = new Promise(resolve => near.on('error', () => undefined).once('close', resolve))
    far.resetAndDestroy()
    await closed
    await expect(send(nearFd, 10)).rejects.toThrow(/sending a file failed|open socket/)
    expect(() => sendFile('x' as never, none, fd, 0, 1, none)).toThrow(/takes an open socket/)
    expect(() => readCached(fd, 'x' as never, 0)).toThrow(/takes an open file/)
  })

  it.skipIf(native?.zstdCompress === undefined)('compresses into a buffer, again and again', () => {
    const compress = native?.zstdCompress as NonNullable<Native['zstdCompress']>
    const into = Buffer.alloc(content.length + 2000)
    for (const data of [none, content.subarray(0, 1), content, content.subarray(7, 90_000)]) {
      const written = compress(data, into, 61)
      expect(written).toBeGreaterThan(0)
      expect(zstdDecompressSync(into.subarray(61, 61 + written)).equals(data)).toBe(true)
    }
    expect(into.subarray(0, 61).every(byte => byte === 0)).toBe(true)
    expect(compress(content, Buffer.alloc(50), 0)).toBe(-1)
    expect(() => compress(content, into, into.length + 1)).toThrow(/takes a buffer, another/)
    expect(() => compress('x' as never, into, 0)).toThrow(/takes a buffer, another/)
  })

  it.skipIf(native?.zstdDecompress === undefined)('decompresses into a buffer what says its size', () => {
    const size = native?.zstdSize as NonNullable<Native['zstdSize']>
    const decompress = native?.zstdDecompress as NonNullable<Native['zstdDecompress']>
    const into = Buffer.alloc(content.length + 10)
    for (const data of [none, content.subarray(0, 1), content, content.subarray(7, 90_000)]) {
      const compressed = zstdCompressSync(data, { pledgedSrcSize: data.length })
      expect(size(compressed)).toBe(data.length)
      expect(decompress(compressed, into)).toBe(data.length)
      expect(into.subarray(0, data.length).equals(data)).toBe(true)
      if (data.length > 0) expect(decompress(compressed, into.subarray(0, data.length - 1))).toBe(-1)
      expect(decompress(compressed.subarray(0, -1), into)).toBe(-1)
    }
    expect([size(none), size(Buffer.from('no zstd'))]).toEqual([-1, -1])
    expect(decompress(Buffer.from('no zstd'), into)).toBe(-1)
    expect(() => size('x' as never)).toThrow(/takes a buffer/)
    expect(() => decompress(none, 'x' as never)).toThrow(/takes a buffer and another/)
  })

  it.skipIf(native?.crc32c === undefined)('has checksums of ranges, which go on from one another', () => {
    const crc32c = native?.crc32c as NonNullable<Native['crc32c']>
    // RFC 3720, appendix B.4
    expect(crc32c(Buffer.alloc(32), 0, 32, 0)).toBe(0x8a9136aa)
    expect(crc32c(Buffer.from('a 123456789 b'), 2, 11, 0)).toBe(0xe3069283)
    for (const [start, end] of [
      [0, 0],
      [3, 12_291],
      [1, 12_300],
      [0, 300_000],
      [5, 40_961],
    ] as const) {
      const whole = crc32cInJs(content, start, end)
      expect(crc32c(content, start, end, 0)).toBe(whole)
      const middle = start + ((end - start) >> 1)
      expect(crc32c(content, middle, end, crc32c(content, start, middle, 0))).toBe(whole)
    }
    expect(() => crc32c(content, 5, 4, 0)).toThrow(/takes a buffer, a range/)
    expect(() => crc32c(content, 0, content.length + 1, 0)).toThrow(/takes a buffer, a range/)
  })
})

/** Bit by bit, as the polynomial says it. */
function crc32cInJs(bytes: Buffer, start: number, end: number): number {
  let sum = 0xffff_ffff
  for (let i = start; i < end; i++) {
    sum ^= bytes[i] as number
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f6_3b78 : sum >>> 1
  }
  return ~sum >>> 0
}
