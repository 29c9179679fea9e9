import type { Server, Socket } from 'node:net'
import { Closers, listen, messageOf, OnceAMinute, type TlsSettings } from '../../../lib/base/index.ts'
import { receivingServer } from '../../listen/stream-server.ts'
import { noLag, type Source } from '../source.ts'
import { listenUdp } from './datagrams.ts'
import { SyslogFrames } from './framing.ts'
import { type Message, requestsOf } from './messages.ts'
import type { SyslogOptions } from './options.ts'
import { listenUnix } from './unix-socket.ts'

/**
 * Listens for syslog: RFC 5424 and 3164 over UDP, TCP, TLS and a Unix socket.
 * Errors: PORT_IN_USE, CANNOT_LISTEN, TLS_UNUSABLE.
 */
export async function startSyslog(options: SyslogOptions): Promise<Source> {
  const { config, configKey, intake } = options
  const closers = new Closers()
  const troubles = new OnceAMinute(options.logger, options.clock)
  const addresses: Record<string, string> = {}
  const { logger } = options
  const serve = (tls: TlsSettings | null, key: string): Promise<Server> =>
    receivingServer(
      { tls, configKey: `${configKey}.${key}`, logger },
      socket => receive(socket, options, troubles),
      closers,
    )
  try {
    if (config.tcp !== null)
      addresses['syslogTcp'] = await listen(await serve(null, 'tcp'), config.tcp, `${configKey}.tcp`)
    if (config.udp !== null) addresses['syslogUdp'] = await listenUdp(options, config.udp, troubles, closers)
    if (config.secure !== null && config.tls !== null)
      addresses['syslogTls'] = await listen(
        await serve(config.tls, 'secure'),
        config.secure,
        `${configKey}.secure`,
      )
    if (config.unix !== null)
      addresses['syslogUnix'] = await listenUnix(await serve(null, 'unix'), config.unix, `${configKey}.unix`)
  } catch (error) {
    await closers.close()
    throw error
  }
  return {
    addresses,
    lag: () => noLag,
    completeBeforeMs: nowMs => intake.completeBeforeMs(nowMs),
    close: () => closers.close(),
  }
}

/** One chunk after the other: while one waits for the spool the socket is not read, and the sender waits. */
async function receive(socket: Socket, options: SyslogOptions, troubles: OnceAMinute): Promise<void> {
  const { intake, hostName, clock, config } = options
  const frames = new SyslogFrames(config.maxMessageBytes)
  const peer = socket.remoteAddress ?? ''
  const context = { intake, hostName, nowMs: () => clock.nowMs() }
  const take = async (find: (add: (bytes: Buffer, cut: boolean) => void) => void): Promise<void> => {
    const messages: Message[] = []
    find((bytes, cut) => messages.push({ bytes, cut }))
    if (messages.length > 0) await intake.attend(() => intake.takeSlowly(requestsOf(messages, peer, context)))
  }
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) await take(add => frames.push(chunk, add))
    await take(add => frames.end(add))
  } catch (error) {
    troubles.warn('a syslog connection ended', { peer, error: messageOf(error) })
    socket.destroy()
  }
}
