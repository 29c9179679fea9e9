import type { IncomingMessage, ServerResponse } from 'node:http'

const nextRequest = 'millrace.request'

/** A request begins: whoever sends it has read the answer to the one before on the same connection. */
export function noteRequest({ socket }: IncomingMessage): void {
  socket.emit(nextRequest)
}

/**
 * Calls back once the sender has the answer, as far as can be told: it sends the next request on the connection, or the
 * connection ends in order. Not where it is reset: a sender that gave up before it read the answer does that, and sends the
 * same again. For requests of which no two are alike, as those with times: one that came by another connection meanwhile
 * would count as sent again.
 */
export function whenRead({ socket }: IncomingMessage, response: ServerResponse, read: () => void): void {
  response.once('finish', () => {
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
