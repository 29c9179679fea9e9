import type { Socket } from 'node:net'
import { encode } from '@msgpack/msgpack'
import { type Clock, type Counter, messageOf, type OnceAMinute } from '../../../lib/base/index.ts'
import type { Intake } from '../intake.ts'
import { requestKey } from '../repeats.ts'
import { FrameFinder } from './frames.ts'
import type { Greeting, Handshake } from './handshake.ts'
import { ForwardDecoder, type ForwardMessage } from './message.ts'
import { requestsOf } from './records.ts'

/** How often a full spool is asked whether it has room again. */
const pressurePollMs = 250

export interface ConnectionOptions {
  intake: Intake
  hostName: string
  maxRequestBytes: number
  clock: Clock
  troubles: OnceAMinute
  refused: Counter
  /** Entries that could not be read and were kept as they came. */
  unreadable: Counter
  /** How senders show that they may send; undefined where all may. */
  handshake: Handshake | undefined
  isClosing: () => boolean
}

export interface ConnectionState {
  /** A message is being taken: it is finished and acknowledged before the connection ends. */
  busy: boolean
}

/**
 * Serves one sender until it ends or says something that is not the protocol. Messages are taken one after the other:
 * while one waits for the spool the socket is not read, which is how this protocol is told to slow down.
 */
export async function serve(
  socket: Socket,
  options: ConnectionOptions,
  state: ConnectionState,
): Promise<void> {
  const { maxRequestBytes, troubles } = options
  const frames = new FrameFinder(maxRequestBytes)
  const decoder = new ForwardDecoder(maxRequestBytes)
  try {
    const greeting = options.handshake?.begin()
    if (greeting !== undefined) socket.write(greeting.hello)
    const session: Session = { socket, decoder, options, greeting }
    const chunks = socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
    for await (const chunk of chunks) {
      state.busy = true
      for (const frame of frames.push(chunk)) await takeFrame(session, frame)
      state.busy = false
      if (options.isClosing()) break
    }
  } catch (error) {
    if (!options.isClosing() && !isHangUp(error)) {
      options.refused.add(1)
      const attributes = { peer: socket.remoteAddress, error: messageOf(error) }
      troubles.warn('closing a forward connection', attributes, messageOf(error))
    }
  } finally {
    socket.destroySoon()
  }
}

interface Session {
  socket: Socket
  decoder: ForwardDecoder
  /** What is taken goes to the intake of the tenant whose key the sender knows. */
  options: ConnectionOptions
  /** Set until the sender has answered it. */
  greeting: Greeting | undefined
}

async function takeFrame(session: Session, frame: Buffer): Promise<void> {
  const { socket, decoder, greeting, options } = session
  if (greeting === undefined) {
    await takeMessage(socket, frame, decoder, options)
    return
  }
  const { pong, tenant } = greeting.answer(frame)
  socket.write(pong)
  session.options = { ...options, intake: options.intake.ofTenant(tenant) }
  session.greeting = undefined
}

async function takeMessage(
  socket: Socket,
  frame: Buffer,
  decoder: ForwardDecoder,
  options: ConnectionOptions,
): Promise<void> {
  const { intake, clock } = options
  await intake.attend(async hold => {
    hold(frame.length)
    const message = await decoder.decode(frame)
    if (message === undefined) return
    noteUnreadable(message, options, socket)
    await waitForRoom(options)
    const requests = requestsOf(message, intake, clock.nowMs(), hostOf(socket, options.hostName))
    await intake.takeSlowly(requests, keyOf(message))
    if (message.chunk !== undefined) socket.write(encode({ ack: message.chunk }))
  })
}

/** The sender's address; of one on this machine the machine's own name. */
function hostOf({ remoteAddress = '' }: Socket, hostName: string): string {
  const address = remoteAddress.replace(/^::ffff:/, '')
  return address === '' || address === '::1' || address.startsWith('127.') ? hostName : address
}

/** A chunk that is not acknowledged comes again under its name. Source: Forward protocol v1.5, option `chunk`. */
function keyOf({ tag, chunk }: ForwardMessage): string | undefined {
  return chunk === undefined ? undefined : requestKey(`forward ${tag}`, Buffer.from(chunk))
}

function noteUnreadable(
  { events, tag }: ForwardMessage,
  { unreadable, troubles }: ConnectionOptions,
  socket: Socket,
): void {
  const bad = events.filter(({ problem }) => problem !== undefined)
  if (bad.length === 0) return
  unreadable.add(bad.length)
  const attributes = { peer: socket.remoteAddress, tag, problem: bad[0]?.problem, entries: bad.length }
  troubles.warn('entries of a forward message cannot be read and are kept as they came', attributes, tag)
}

async function waitForRoom({ intake, troubles, isClosing }: ConnectionOptions): Promise<void> {
  for (;;) {
    const pressure = intake.pressure()
    if (pressure === undefined || isClosing()) return
    troubles.warn('forward senders wait', { limit: pressure.limit })
    await new Promise(resolve => setTimeout(resolve, pressurePollMs))
  }
}

function isHangUp(error: unknown): boolean {
  const code = (error as { code?: unknown }).code
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE'
}
