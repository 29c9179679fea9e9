import { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { Receiver } from './receiver.ts'

/** What we need of Node's socket beyond its types. */
interface Internals {
  _handle: { useUserBuffer?: unknown } | null
  _server: unknown
}

export interface ReceivingSocket {
  socket: Socket
  /** Called by the owner once it listens; reading begins. */
  begin(): void
}

/**
 * Lets an accepted, still paused socket read straight into the receiver's chunks. Node offers that (`onread`) only to
 * sockets one makes oneself, so the accepted one's handle moves into a new socket. Where that is not possible, bytes
 * are taken from `data` events and copied.
 */
export function receiveInto(
  accepted: Socket,
  receiver: () => Receiver,
  onBytes: () => boolean,
): ReceivingSocket {
  const from = accepted as unknown as Internals
  // what TLS has decrypted only comes as events
  if (isEncrypted(accepted) || typeof from._handle?.useUserBuffer !== 'function')
    return receiveByEvents(accepted, receiver, onBytes)
  const options = {
    handle: from._handle,
    readable: true,
    writable: true,
    onread: {
      buffer: () => receiver().room(),
      callback: (bytes: number) => {
        receiver().received(bytes)
        return onBytes()
      },
    },
  }
  const socket = new Socket(options as unknown as ConstructorParameters<typeof Socket>[0])
  const to = socket as unknown as Internals
  to._server = from._server
  from._server = null
  from._handle = null
  return { socket, begin: () => socket.resume() }
}

export function isEncrypted(socket: Socket): socket is TLSSocket {
  return 'encrypted' in socket
}

function receiveByEvents(socket: Socket, receiver: () => Receiver, onBytes: () => boolean): ReceivingSocket {
  const begin = () => {
    socket.on('data', (data: Buffer) => {
      let isWanted = true
      for (let at = 0; at < data.length; ) {
        const copied = data.copy(receiver().room(), 0, at)
        receiver().received(copied)
        at += copied
        isWanted = onBytes()
      }
      if (!isWanted) socket.pause()
    })
    socket.resume()
  }
  return { socket, begin }
}
