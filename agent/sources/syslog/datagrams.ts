import { type Closers, messageOf, type OnceAMinute, Turns } from '../../../lib/base/index.ts'
import { listenDatagrams } from '../../listen/datagrams.ts'
import { withoutEnd } from './framing.ts'
import { type Message, requestsOf } from './messages.ts'
import type { SyslogOptions } from './options.ts'

/** Datagrams wait so long for others, so that a flood makes few requests. */
const gatherMs = 20
/** Bytes waiting for the spool; beyond, datagrams are dropped, as the protocol has no way to slow a sender down. */
const maxWaitingBytes = 33_554_432

/** Syslog over UDP: one message a datagram. Errors: PORT_IN_USE, CANNOT_LISTEN. */
export async function listenUdp(
  options: SyslogOptions,
  address: string,
  troubles: OnceAMinute,
  closers: Closers,
): Promise<string> {
  const gathering = new Gathering(options, troubles)
  const listening = await listenDatagrams(address, `${options.configKey}.udp`, (datagram, peer) =>
    gathering.add(datagram, peer.address),
  )
  closers.add('syslog over UDP', async () => {
    await listening.close()
    await gathering.close()
  })
  return listening.address
}

/** Gathers datagrams by sender for a moment and hands them over together. */
class Gathering {
  readonly #options: SyslogOptions
  readonly #troubles: OnceAMinute
  readonly #dropped: { add(amount: number): void }
  #byPeer = new Map<string, Message[]>()
  #waitingBytes = 0
  #timer: NodeJS.Timeout | undefined
  readonly #turns = new Turns()

  constructor(options: SyslogOptions, troubles: OnceAMinute) {
    this.#options = options
    this.#troubles = troubles
    this.#dropped = options.metrics.counter('millrace.agent.syslog.dropped', {
      unit: '{datagram}',
      description: 'datagrams dropped because the spool was slower than their senders',
    })
  }

  add(datagram: Buffer, peer: string): void {
    if (this.#waitingBytes + datagram.length > maxWaitingBytes) {
      this.#dropped.add(1)
      this.#troubles.warn('dropping syslog datagrams: the spool is slower than their senders, use TCP', {})
      return
    }
    const { maxMessageBytes } = this.#options.config
    const whole = withoutEnd(datagram)
    const bytes = whole.subarray(0, maxMessageBytes)
    const messages = this.#byPeer.get(peer) ?? []
    messages.push({ bytes, cut: whole.length > bytes.length })
    this.#byPeer.set(peer, messages)
    this.#waitingBytes += bytes.length
    this.#timer ??= setTimeout(() => this.#hand(), gatherMs)
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    this.#hand()
    await this.#turns.settled()
  }

  #hand(): void {
    this.#timer = undefined
    const gathered = this.#byPeer
    this.#byPeer = new Map()
    if (gathered.size > 0) void this.#turns.take(() => this.#take(gathered))
  }

  async #take(gathered: ReadonlyMap<string, Message[]>): Promise<void> {
    const { intake, hostName, clock } = this.#options
    const context = { intake, hostName, nowMs: () => clock.nowMs() }
    for (const [peer, messages] of gathered) {
      try {
        await intake.attend(() => intake.takeSlowly(requestsOf(messages, peer, context)))
      } catch (error) {
        this.#troubles.warn('syslog datagrams were not taken', { error: messageOf(error) })
      }
      for (const { bytes } of messages) this.#waitingBytes -= bytes.length
    }
  }
}
