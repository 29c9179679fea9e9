import { read } from 'node:fs'
import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import type { FileRange, Part } from '../../lib/kafka/index.ts'
import { type Native, native } from '../../lib/native/index.ts'

const readFile = promisify(read)

/** A range of a file with what comes before and after it. */
interface Group {
  prefix: Buffer
  range: FileRange
  suffix: Buffer
}

interface Sending {
  parts: Part[]
  onSent: () => void
}

/**
 * Sends answers in their order. Buffers alone go out in one write. A range of a file goes from the page cache to the
 * socket (sendfile) as far as the client keeps up; what the socket does not take at once is read and written as usual.
 */
export class PartSender {
  readonly #socket: Socket
  readonly #sendFile: Native['sendFile'] | undefined
  /** Answers behind one with a range, which is on its way. */
  readonly #waiting: Sending[] = []
  #isSending = false

  constructor(socket: Socket, sendFile = native?.sendFile) {
    this.#socket = socket
    this.#sendFile = sendFile
  }

  /** `onSent` is called once all is handed to the system, or the client is gone. */
  send(parts: Part[], onSent: () => void): void {
    if (!this.#isSending && parts.every(part => Buffer.isBuffer(part))) {
      this.#writeAll(parts, onSent)
      return
    }
    this.#waiting.push({ parts, onSent })
    if (!this.#isSending) void this.#sendWaiting()
  }

  #writeAll(buffers: readonly Buffer[], onSent: () => void): void {
    const last = buffers.length - 1
    this.#socket.cork()
    for (let i = 0; i < last; i++) this.#socket.write(buffers[i] as Buffer)
    // also called, with an error, when the client goes before all is sent
    this.#socket.write(buffers[last] as Buffer, () => onSent())
    this.#socket.uncork()
  }

  async #sendWaiting(): Promise<void> {
    this.#isSending = true
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#sendParts(next.parts)
      } catch (error) {
        // the client would wait for the rest of an answer that does not come
        this.#socket.destroy(error as Error)
      }
      next.onSent()
    }
    this.#isSending = false
  }

  async #sendParts(parts: Part[]): Promise<void> {
    const { groups, rest } = groupParts(parts)
    for (const group of groups) await this.#sendGroup(group)
    if (rest.length > 0) await this.#write([rest])
  }

  async #sendGroup(group: Group): Promise<void> {
    const { prefix, range, suffix } = group
    const fd = this.#idleDescriptor()
    const sent =
      fd === undefined || this.#sendFile === undefined
        ? 0
        : await this.#sendFile(fd, prefix, range.fd, range.position, range.length, suffix)
    if (sent < prefix.length + range.length + suffix.length) await this.#write(await restOf(group, sent))
  }

  /** Of the socket, while nothing waits to be written to it; undefined where it cannot be told. */
  #idleDescriptor(): number | undefined {
    const { _handle: handle } = this.#socket as unknown as { _handle: { fd?: unknown } | null }
    const fd = handle?.fd
    if (this.#socket.destroyed || this.#socket.writableLength > 0) return undefined
    return typeof fd === 'number' && fd >= 0 ? fd : undefined
  }

  #write(buffers: readonly Buffer[]): Promise<void> {
    if (this.#socket.destroyed) return Promise.resolve()
    return new Promise(resolve => this.#writeAll(buffers, resolve))
  }
}

/** Each range with the buffers around it; `rest` are the buffers of an answer without one. */
function groupParts(parts: readonly Part[]): { groups: Group[]; rest: Buffer } {
  const groups: Group[] = []
  let buffers: Buffer[] = []
  for (const part of parts) {
    if (Buffer.isBuffer(part)) buffers.push(part)
    else {
      groups.push({ prefix: Buffer.concat(buffers), range: part, suffix: Buffer.alloc(0) })
      buffers = []
    }
  }
  const last = groups.at(-1)
  if (last === undefined) return { groups, rest: Buffer.concat(buffers) }
  last.suffix = Buffer.concat(buffers)
  return { groups, rest: Buffer.alloc(0) }
}

/** What is left of a group after its first `sent` bytes. */
async function restOf({ prefix, range, suffix }: Group, sent: number): Promise<Buffer[]> {
  const done = Math.min(range.length, Math.max(0, sent - prefix.length))
  const content = await readRange(range, done)
  const suffixDone = Math.max(0, sent - prefix.length - range.length)
  const buffers = [prefix.subarray(Math.min(sent, prefix.length)), content, suffix.subarray(suffixDone)]
  return buffers.filter(({ length }) => length > 0)
}

async function readRange({ fd, position, length }: FileRange, done: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length - done)
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await readFile(fd, bytes, at, bytes.length - at, position + done + at)
    if (bytesRead === 0) throw new Error('a segment was cut while it was sent')
    at += bytesRead
  }
  return bytes
}
