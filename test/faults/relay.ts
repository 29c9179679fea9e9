import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Stands between a server and its clients: cuts their connections, or slows them down. */
export class Relay {
  /** Each piece waits so long. */
  delayMs = 0
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #target: () => number

  constructor(target: () => number) {
    this.#target = target
    this.#server = createServer(socket => this.#connect(socket))
  }

  async listen(): Promise<number> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return (this.#server.address() as { port: number }).port
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve))
    this.cut()
    await closed
  }

  #connect(client: Socket): void {
    const server = createConnection({ host: '127.0.0.1', port: this.#target() })
    this.#follow(client, server)
    this.#follow(server, client)
  }

  #follow(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    let last: Promise<unknown> = Promise.resolve()
    from.on('data', piece => {
      const { delayMs } = this
      from.pause()
      last = last.then(() => (delayMs > 0 ? sleep(delayMs) : undefined))
      void last.then(() => {
        to.write(piece)
        from.resume()
      })
    })
    // either side's end is the other's
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
