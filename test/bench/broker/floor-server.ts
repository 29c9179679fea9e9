import { fdatasync, openSync, writev } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { crc32c } from '@node-rs/crc32'
import { receiveInto } from '../../../broker/network/accept.ts'
import { type Chunk, ChunkPool } from '../../../broker/network/chunk-pool.ts'
import { Receiver } from '../../../broker/network/receiver.ts'

/*
 * The floor under a broker, as a process of its own: `produce` receives frames, computes CRC-32C and writes them to a
 * file, `sync` also syncs before it answers; `fetch` answers every frame with as many bytes as it asks for. No protocol,
 * no log, no index. Arguments: mode, file.
 */
const [, , mode = 'produce', path = '/dev/null'] = process.argv
const fd = openSync(path, 'w')
const pool = new ChunkPool()
const answer = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0])
const large = Buffer.alloc(4 + 8_388_608)

interface Pending {
  bytes: Buffer
  chunk: Chunk
  socket: Socket
}
const pending: Pending[] = []
let isWriting = false

function write(): void {
  if (isWriting || pending.length === 0) return
  const group = pending.splice(0, 512)
  isWriting = true
  const done = (error: Error | null) => {
    if (error) throw error
    isWriting = false
    for (const { chunk, socket } of group) {
      chunk.release()
      socket.write(answer)
    }
    write()
  }
  writev(
    fd,
    group.map(item => item.bytes),
    error => {
      if (error || mode !== 'sync') done(error)
      else fdatasync(fd, done)
    },
  )
}

function onFrame(socket: Socket, chunk: Chunk, start: number, size: number): void {
  if (mode === 'fetch') {
    const wanted = chunk.buffer.readInt32BE(start)
    const frame = large.subarray(0, 4 + wanted)
    frame.writeInt32BE(wanted)
    socket.write(frame)
    return
  }
  const bytes = chunk.buffer.subarray(start, start + size)
  crc32c(bytes)
  chunk.hold()
  pending.push({ bytes, chunk, socket })
}

const server = createServer({ pauseOnConnect: true, noDelay: true }, accepted => {
  const receiver = new Receiver(pool, 1_000_000_000)
  const { socket, begin } = receiveInto(
    accepted,
    () => receiver,
    () => {
      for (let size = receiver.frameSize(); size !== undefined; size = receiver.frameSize()) {
        const start = receiver.takeFrame(size)
        if (start === undefined) break
        onFrame(socket, receiver.chunk, start, size)
      }
      receiver.makeRoom()
      write()
      return true
    },
  )
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  begin()
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
})
