import type { Socket } from 'node:net'
import { Closers, listen, messageOf, OnceAMinute } from '../../../lib/base/index.ts'
import { listenDatagrams } from '../../listen/datagrams.ts'
import { receivingServer } from '../../listen/stream-server.ts'
import { metricRequests } from '../../metrics/metric-batch.ts'
import { noLag, type Source, type SourceHost } from '../source.ts'
import type { StatsdConfig } from './config.ts'
import { Gathered } from './gathered.ts'
import { readHappening } from './happening.ts'
import { Happenings } from './happenings.ts'
import { parseStatsd } from './line.ts'

const maxLineBytes = 65_536

export type StatsdOptions = Pick<
  SourceHost,
  'configKey' | 'intake' | 'clock' | 'logger' | 'metrics' | 'hostName' | 'startedMs'
> & { config: StatsdConfig }

/**
 * Listens for statsd, with DogStatsD's tags, events and service checks, and sends on what it gathered every `intervalMs`; events
 * at once.
 * Errors: PORT_IN_USE, CANNOT_LISTEN.
 */
export async function startStatsd(options: StatsdOptions): Promise<Source> {
  const { config, configKey, intake, clock, logger, metrics } = options
  const closers = new Closers()
  const troubles = new OnceAMinute(logger, clock)
  const gathered = new Gathered(config.bounds, config.maxSeries, options.startedMs)
  const refused = metrics.counter('millrace.agent.statsd.refused', {
    unit: '{line}',
    description: 'lines that are no metric, event or service check',
  })
  const happenings = new Happenings({ ...options, service: config.service }, troubles)
  const take = (line: string): void => {
    if (line === '') return
    const happening = readHappening(line)
    if (happening !== undefined) {
      happenings.add(happening)
      return
    }
    const metric = parseStatsd(line)
    if (metric !== undefined) gathered.add(metric)
    else {
      refused.add(1)
      troubles.warn('a line is no statsd metric', { line: line.slice(0, 120) })
    }
  }
  const addresses: Record<string, string> = {}
  try {
    if (config.udp !== null) {
      const udp = await listenDatagrams(config.udp, `${configKey}.udp`, datagram =>
        datagram.toString('utf8').split('\n').forEach(take),
      )
      addresses['statsdUdp'] = udp.address
      closers.add('statsd over UDP', udp.close)
    }
    if (config.tcp !== null)
      addresses['statsdTcp'] = await listen(
        await receivingServer(
          { tls: null, configKey: `${configKey}.tcp`, logger },
          socket => readLines(socket, take, troubles),
          closers,
        ),
        config.tcp,
        `${configKey}.tcp`,
      )
  } catch (error) {
    await closers.close()
    throw error
  }
  const send = async (): Promise<void> => {
    const all = gathered.collect(clock.nowMs())
    const resource = { 'service.name': config.service, 'host.name': options.hostName }
    if (gathered.dropped > 0)
      troubles.warn('more statsd series than maxSeries', { dropped: gathered.dropped })
    try {
      await intake.attend(() =>
        intake.take(metricRequests([{ resource, scope: 'millrace.statsd', metrics: all }])),
      )
    } catch (error) {
      troubles.warn('statsd metrics were not taken', { error: messageOf(error) })
    }
  }
  const timer = setInterval(() => void send(), config.intervalMs)
  return {
    addresses,
    lag: () => noLag,
    completeBeforeMs: nowMs => intake.completeBeforeMs(nowMs),
    async close() {
      clearInterval(timer)
      await closers.close()
      await happenings.close()
      await send()
    },
  }
}

async function readLines(socket: Socket, take: (line: string) => void, troubles: OnceAMinute): Promise<void> {
  let held = ''
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      const lines = (held + chunk.toString('utf8')).split('\n')
      held = lines.pop() ?? ''
      for (const line of lines) take(line.trim())
      if (held.length > maxLineBytes) throw new Error('a line does not end')
    }
    take(held.trim())
  } catch (error) {
    troubles.warn('a statsd connection ended', { peer: socket.remoteAddress, error: messageOf(error) })
    socket.destroy()
  }
}
