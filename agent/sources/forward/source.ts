import type { Socket } from 'node:net'
import { listen, OnceAMinute } from '../../../lib/base/index.ts'
import { readSecret } from '../../listen/access.ts'
import { streamServer } from '../../listen/stream-server.ts'
import { noLag, type Source, type SourceHost } from '../source.ts'
import type { ForwardConfig } from './config.ts'
import { type ConnectionState, serve } from './connection.ts'
import { Handshake } from './handshake.ts'

const maxConnections = 1_000

export type ForwardSourceOptions = Pick<
  SourceHost,
  'configKey' | 'intake' | 'clock' | 'logger' | 'metrics' | 'hostName'
> & { config: ForwardConfig }

/**
 * Listens for Fluentd's forward protocol: Message, Forward, PackedForward and CompressedPackedForward, acknowledged by
 * chunk once durable. Without a shared key: loopback by default. Errors: PORT_IN_USE, CANNOT_LISTEN.
 */
export async function startForwardSource(options: ForwardSourceOptions): Promise<Source> {
  const { config, configKey, clock, logger, metrics } = options
  const troubles = new OnceAMinute(logger, clock)
  const refused = metrics.counter('millrace.agent.forward.refused', {
    unit: '{connection}',
    description: 'connections closed for what they sent',
  })
  let closing = false
  const serving = new Map<Socket, { state: ConnectionState; done: Promise<void> }>()
  const connection = {
    ...options,
    maxRequestBytes: config.maxRequestBytes,
    troubles,
    refused,
    isClosing: () => closing,
    unreadable: metrics.counter('millrace.agent.forward.unreadable', {
      unit: '{entry}',
      description: 'entries that could not be read and were kept as they came',
    }),
    handshake: handshakeOf(config, configKey, options.hostName),
  }
  const server = await streamServer(config.tls, configKey, logger, socket => {
    const state = { busy: false }
    const done = serve(socket, connection, state).finally(() => serving.delete(socket))
    serving.set(socket, { state, done })
  })
  server.maxConnections = maxConnections
  const address = await listen(server, config.listen, `${configKey}.listen`)
  return {
    addresses: { forward: address },
    lag: () => noLag,
    completeBeforeMs: nowMs => options.intake.completeBeforeMs(nowMs),
    async close() {
      closing = true
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      for (const [socket, { state }] of serving) if (!state.busy) socket.destroy()
      await Promise.all([...serving.values()].map(({ done }) => done))
      await closed
    },
  }
}

function handshakeOf(config: ForwardConfig, configKey: string, hostName: string): Handshake | undefined {
  const key = config.sharedKey ?? readSecret(config.sharedKeyFile, `${configKey}.sharedKeyFile`)
  const own = key === undefined ? [] : [{ tenant: '', sharedKey: key }]
  const keys = [...own, ...config.tenants]
  return keys.length === 0 ? undefined : new Handshake(keys, hostName)
}
