import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate } from 'node:timers/promises'

const nextRequest = 'millrace.request'

/** A request begins: whoever sends it has read the answer to the one before on the same connection. */
export function noteRequest({ socket }: IncomingMessage): void {
  socket.emit(nextRequest)
}

/** Lets it be seen that a sender has gone, before it is answered: what came in meanwhile, as while the machine stood still. */
export async function seeWhatCame(): Promise<void> {
  await setImmediate()
  await setImmediate()
}

/**
 * Calls back once the sender has the answer, as far as can be told: it sends the next request on the connection, or the
 * connection ends in order behind the answer. Not where it ended before, or is reset: a sender that gave up before it read
 * the answer does that, and sends the same again. For requests of which no two are alike, as those with times: one that came by another connection meanwhile
 * would count as sent again.
 */
export function whenRead({ socket }: IncomingMessage, response: ServerResponse, read: () => void): void {
  response.once('finish', () => {
    if (socket.readableEnded || socket.destroyed) return
    const settle = (isRead: boolean): void => {
      socket.off(nextRequest, onNext)
      socket.off('close', onClose)
      if (isRead) read()
    }
    const onNext = (): void => settle(true)
    const onClose = (hadError: boolean): void => settle(!hadError)
    socket.once(nextRequest, onNext)
    socket.once('close', onClose)
  })
}
