import { read } from 'node:fs'
import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import type { FileRange, Part } from '../../lib/kafka/index.ts'
import { type Native, native } from '../../lib/native/index.ts'

const readFile = promisify(read)
/** Read of a file and written as usual at once: all that a client that does not keep up makes us keep of it. */
const pieceBytes = 262_144

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
 * socket (sendfile) as far as the client keeps up; where the socket is full a piece is read and written as usual, which
 * tells when there is room again.
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
    for (let left = group; bytesOf(left) > 0 && !this.#socket.destroyed; ) {
      const fd = this.#idleDescriptor()
      if (fd !== undefined && this.#sendFile !== undefined) {
        const { prefix, range, suffix } = left
        left = after(left, await this.#sendFile(fd, prefix, range.fd, range.position, range.length, suffix))
      }
      if (bytesOf(left) === 0) return
      // the client does not keep up: it has taken this when there is room again
      const next = await beginningOf(left)
      await this.#write(next)
      left = after(left, totalOf(next))
    }
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

function bytesOf({ prefix, range, suffix }: Group): number {
  return prefix.length + range.length + suffix.length
}

/** What is left of a group after its first `sent` bytes. */
function after({ prefix, range, suffix }: Group, sent: number): Group {
  const ofRange = Math.min(range.length, Math.max(0, sent - prefix.length))
  return {
    prefix: prefix.subarray(Math.min(sent, prefix.length)),
    range: { fd: range.fd, position: range.position + ofRange, length: range.length - ofRange },
    suffix: suffix.subarray(Math.max(0, sent - prefix.length - range.length)),
  }
}

/** The first bytes of a group, as much as is worth a write. */
async function beginningOf({ prefix, range, suffix }: Group): Promise<Buffer[]> {
  const length = Math.min(range.length, pieceBytes)
  const content = await readRange({ ...range, length })
  return length < range.length ? [prefix, content] : [prefix, content, suffix]
}

function totalOf(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0)
}

async function readRange({ fd, position, length }: FileRange): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(length)
  for (let at = 0; at < length; ) {
    const { bytesRead } = await readFile(fd, bytes, at, length - at, position + at)
    if (bytesRead === 0) throw new Error('a segment was cut while it was sent')
    at += bytesRead
  }
  return bytes
}
