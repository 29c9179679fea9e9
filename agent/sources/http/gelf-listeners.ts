import type { Socket } from 'node:net'
import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import { type Closers, listen, messageOf, type OnceAMinute, parseExactJson } from '../../../lib/base/index.ts'
import { listenDatagrams } from '../../listen/datagrams.ts'
import type { PushContext } from '../../listen/push-api.ts'
import { receivingServer } from '../../listen/stream-server.ts'
import { takeGelf } from './apis/gelf.ts'
import { jsonValues } from './apis/json-values.ts'
import type { HttpConfig } from './config.ts'
import { GelfChunks } from './gelf-chunks.ts'

const gunzipAsync = promisify(gunzip)
const inflateAsync = promisify(inflate)

interface GelfOptions extends Pick<PushContext, 'intake' | 'hostName' | 'clock' | 'logger' | 'parse'> {
  config: HttpConfig
  configKey: string
}

/** GELF over UDP (chunked, gzip, zlib) and TCP (ended by NUL), where configured. Errors: PORT_IN_USE, CANNOT_LISTEN. */
export async function listenGelf(
  options: GelfOptions,
  troubles: OnceAMinute,
  closers: Closers,
): Promise<Record<string, string>> {
  const { config, configKey, logger } = options
  const addresses: Record<string, string> = {}
  if (config.gelfUdp !== null)
    addresses['gelfUdp'] = await listenUdp(options, config.gelfUdp, `${configKey}.gelfUdp`, troubles, closers)
  if (config.gelfTcp !== null)
    addresses['gelfTcp'] = await listen(
      await receivingServer(
        { tls: null, configKey: `${configKey}.gelfTcp`, logger },
        socket => serveTcp(options, socket, troubles),
        closers,
      ),
      config.gelfTcp,
      `${configKey}.gelfTcp`,
    )
  return addresses
}

async function listenUdp(
  options: GelfOptions,
  address: string,
  configKey: string,
  troubles: OnceAMinute,
  closers: Closers,
): Promise<string> {
  const chunks = new GelfChunks(() => options.clock.monotonicMs())
  const listening = await listenDatagrams(address, configKey, datagram => {
    const whole = chunks.add(datagram)
    if (whole !== undefined) void takeDatagram(options, whole, troubles)
  })
  closers.add('GELF over UDP', listening.close)
  return listening.address
}

/** Nobody is told of a datagram that cannot be taken, so it is said here. */
async function takeDatagram(options: GelfOptions, datagram: Buffer, troubles: OnceAMinute): Promise<void> {
  try {
    const bytes = await inflated(datagram, options.config.maxRequestBytes)
    await options.intake.attend(() => takeGelf(options, [parseExactJson(bytes.toString('utf8'))]))
  } catch (error) {
    troubles.warn('a GELF datagram was not taken', { error: messageOf(error) })
  }
}

function inflated(datagram: Buffer, maxOutputLength: number): Promise<Buffer> {
  if (datagram[0] === 0x1f && datagram[1] === 0x8b) return gunzipAsync(datagram, { maxOutputLength })
  if (datagram[0] === 0x78) return inflateAsync(datagram, { maxOutputLength })
  return Promise.resolve(datagram)
}

/** Messages are taken one after the other: while one waits for the spool the socket is not read. */
async function serveTcp(options: GelfOptions, socket: Socket, troubles: OnceAMinute): Promise<void> {
  const { maxRequestBytes } = options.config
  let held: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      held = Buffer.concat([held, chunk])
      for (let end = held.indexOf(0); end >= 0; end = held.indexOf(0)) {
        const message = held.subarray(0, end)
        held = held.subarray(end + 1)
        await takeMessages(options, message)
      }
      if (held.length > maxRequestBytes) throw new Error(`a message is larger than ${maxRequestBytes} bytes`)
    }
    // the last message may lack its NUL, and senders that write lines send none
    await takeMessages(options, held)
  } catch (error) {
    troubles.warn('closing a GELF connection', { peer: socket.remoteAddress, error: messageOf(error) })
    socket.destroy()
  }
}

async function takeMessages(options: GelfOptions, bytes: Buffer): Promise<void> {
  const messages = [...jsonValues(bytes)]
  if (messages.length > 0) await options.intake.attend(() => takeGelf(options, messages))
}
