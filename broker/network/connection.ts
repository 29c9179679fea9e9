import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Counter } from '../../lib/base/index.ts'
import { joinParts, type Part } from '../../lib/kafka/index.ts'
import { native } from '../../lib/native/index.ts'
import type { ListenerSettings } from '../access/listeners.ts'
import { certificatePrincipal } from '../access/principal.ts'
import { Session } from '../access/session.ts'
import type { Deadline, Deadlines } from '../deadlines.ts'
import type { Peer } from '../peer.ts'
import { isEncrypted, receiveInto } from './accept.ts'
import type { Chunk, ChunkPool } from './chunk-pool.ts'
import { PartSender } from './part-sender.ts'
import { Receiver } from './receiver.ts'

/** Requests of one connection that wait for their answer; beyond, the socket is not read. */
const maxWaitingRequests = 1_024
/** Answers that the client does not take; beyond, the socket is not read. */
const maxUnsentBytes = 4_194_304
/** Request bytes that are held until their batches are written. */
const maxHeldBytes = 33_554_432
/** Answers below this are joined into one buffer before they are written. */
const joinBelowBytes = 32_768

/** What is received ahead while a request is being answered; beyond, the socket is not read. */
const maxAheadBytes = 65_536

/** The place of one request's answer in the order of its connection. */
interface Slot {
  /** Undefined until answered; empty where the request wants no answer. */
  parts: Part[] | undefined
  bytes: number
  onSent: (() => void) | undefined
}

/** What all connections share. */
export interface SharedNetwork {
  readonly chunks: ChunkPool
  readonly idleTimeoutMs: number
  readonly maxRequestBytes: number
  readonly isOverloaded: boolean
  readonly bytesOut: Counter
  onRequest(connection: Connection, buffer: Buffer, start: number, size: number): void
  /** Throws REQUEST_SIZE_INVALID. */
  checkFrameSize(connection: Connection, size: number): void
  onMalformed(connection: Connection, error: unknown): void
  onSocketError(connection: Connection, error: Error): void
  onPaused(connection: Connection): void
  onHeld(bytes: number): void
  onClose(connection: Connection): void
}

/**
 * One client. Requests are handed out in the order in which they arrive, and answered in that order however they are
 * finished; all answers of a tick leave in one write. As in Kafka a request is answered before the next is looked at,
 * which bounds what a client can make us keep; only produce requests overlap, for speed. Everything else that piles up
 * has a bound too, past which the socket is no longer read: TCP then slows the client.
 */
export class Connection implements Peer {
  readonly host: string
  readonly localAddress: string
  readonly session: Session
  readonly takesFileRanges: boolean
  readonly #socket: Socket
  readonly #sender: PartSender
  readonly #receiver: Receiver
  readonly #network: SharedNetwork
  #slots: Slot[] = []
  #unsentBytes = 0
  #heldBytes = 0
  #isFlushScheduled = false
  #isPaused = false
  #isBusy = false
  #isClosed = false
  #isDraining = false
  #resting: Deadline | undefined
  readonly #onGone = new Set<() => void>()

  constructor(accepted: Socket, network: SharedNetwork, listener: ListenerSettings) {
    this.#network = network
    this.session = new Session(listener)
    if (isEncrypted(accepted) && accepted.authorized) this.#identify(accepted)
    this.#receiver = new Receiver(network.chunks, network.maxRequestBytes)
    this.host = `/${(accepted.remoteAddress ?? '').replace(/^::ffff:/, '')}`
    this.localAddress = accepted.localAddress ?? ''
    const { socket, begin } = receiveInto(
      accepted,
      () => this.#receiver,
      () => this.#onBytes(),
    )
    this.#socket = socket
    this.takesFileRanges = native !== undefined && !isEncrypted(accepted)
    this.#sender = new PartSender(socket)
    socket.setNoDelay(true)
    socket.setTimeout(network.idleTimeoutMs, () => this.close())
    // a reset is how clients leave; the close event follows
    socket.on('error', error => network.onSocketError(this, error))
    socket.on('end', () => this.close())
    socket.on('close', () => this.#onClose())
    begin()
  }

  /** Mutual TLS says who it is, unless SASL is asked for as well. */
  #identify(socket: TLSSocket): void {
    const subject = socket.getPeerX509Certificate()?.subject
    if (subject !== undefined) this.session.certified(certificatePrincipal(subject))
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** A slot for the next answer, in the order of the calls. Unless it `overlaps`, no request is taken before it. */
  openSlot(overlaps = false): (parts: Part[], onSent?: () => void) => void {
    const slot: Slot = { parts: undefined, bytes: 0, onSent: undefined }
    this.#slots.push(slot)
    if (!overlaps) this.#isBusy = true
    return (parts, onSent) => {
      slot.parts = parts
      slot.onSent = onSent
      for (const part of parts) slot.bytes += part.length
      this.#scheduleFlush()
      if (overlaps) return
      this.#isBusy = false
      this.proceed()
    }
  }

  /** Keeps the chunk of the request at hand, `bytes` of it, until the returned function is called. */
  hold(bytes: number): () => void {
    const chunk: Chunk = this.#receiver.chunk
    chunk.hold()
    this.#heldBytes += bytes
    this.#network.onHeld(bytes)
    return () => {
      chunk.release()
      this.#heldBytes -= bytes
      this.#network.onHeld(-bytes)
      this.proceed()
    }
  }

  close(): void {
    this.#socket.destroy()
  }

  /** Takes no request for so long: the client is over its quota. */
  pause(ms: number, deadlines: Deadlines): void {
    this.#resting?.cancel()
    this.#resting = deadlines.after(ms, () => {
      this.#resting = undefined
      this.proceed()
    })
  }

  onClose(run: () => void): () => void {
    if (this.#isClosed) {
      run()
      return () => undefined
    }
    // told apart where two say the same
    const told = () => run()
    this.#onGone.add(told)
    return () => void this.#onGone.delete(told)
  }

  closeAfterAnswers(): void {
    this.#isDraining = true
    this.#socket.pause()
    this.#closeIfDrained()
  }

  #closeIfDrained(): void {
    if (this.#isDraining && this.#slots.length === 0 && this.#unsentBytes === 0) this.close()
  }

  /** Takes what is already received and reads on, where nothing stands against it. */
  proceed(): void {
    if (this.#isClosed || this.#isBusy || this.#isBlocked()) return
    if (!this.#isPaused && this.#receiver.buffered === 0) return
    const wasPaused = this.#isPaused
    if (this.#take() && wasPaused) this.#socket.resume()
  }

  /** The socket has read something. False stops reading. */
  #onBytes(): boolean {
    const goesOn = this.#take()
    // only here: the socket asks for the room of its next read right after this, and at no other time
    if (!this.#isClosed) this.#receiver.makeRoom()
    return goesOn
  }

  #take(): boolean {
    try {
      this.#takeFrames()
    } catch (error) {
      this.#network.onMalformed(this, error)
      this.close()
      return false
    }
    if (this.#isClosed || this.#socket.destroyed) return false
    this.#isPaused = this.#isBlocked() || (this.#isBusy && this.#receiver.buffered > maxAheadBytes)
    if (this.#isPaused) this.#network.onPaused(this)
    return !this.#isPaused
  }

  #takeFrames(): void {
    while (!this.#isBusy && !this.#isBlocked() && !this.#socket.destroyed) {
      const size = this.#receiver.frameSize()
      if (size === undefined) return
      this.#network.checkFrameSize(this, size)
      const start = this.#receiver.takeFrame(size)
      if (start === undefined) return
      this.#network.onRequest(this, this.#receiver.chunk.buffer, start, size)
    }
  }

  #isBlocked(): boolean {
    return (
      this.#isDraining ||
      this.#resting !== undefined ||
      this.#slots.length >= maxWaitingRequests ||
      this.#unsentBytes > maxUnsentBytes ||
      this.#heldBytes > maxHeldBytes ||
      this.#network.isOverloaded
    )
  }

  #scheduleFlush(): void {
    if (this.#isFlushScheduled) return
    this.#isFlushScheduled = true
    // after all promises that settle now, so that their answers go along
    process.nextTick(() => this.#flush())
  }

  #flush(): void {
    this.#isFlushScheduled = false
    let count = 0
    let bytes = 0
    while (count < this.#slots.length && this.#slots[count]?.parts !== undefined)
      bytes += (this.#slots[count++] as Slot).bytes
    const slots = this.#slots.splice(0, count)
    if (this.#isClosed || bytes === 0) finish(slots)
    else {
      const parts = slots.flatMap(slot => slot.parts as Part[])
      const isSmall = bytes < joinBelowBytes
      this.#write(isSmall ? [joinParts(parts)] : parts, bytes, isSmall ? [] : slots)
      if (isSmall) finish(slots)
    }
    this.proceed()
  }

  #write(parts: Part[], bytes: number, slots: Slot[]): void {
    this.#unsentBytes += bytes
    this.#network.bytesOut.add(bytes)
    this.#sender.send(parts, () => {
      this.#unsentBytes -= bytes
      finish(slots)
      this.proceed()
      this.#closeIfDrained()
    })
  }

  #onClose(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#resting?.cancel()
    this.#receiver.close()
    this.#network.onClose(this)
    for (const told of this.#onGone) told()
    this.#onGone.clear()
  }
}

function finish(slots: Slot[]): void {
  for (const slot of slots) slot.onSent?.()
}
