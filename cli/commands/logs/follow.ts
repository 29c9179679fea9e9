import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf, messageOf } from '../../../lib/base/index.ts'
import type { LogLine } from '../../../query/index.ts'
import type { Config } from '../../config.ts'
import { ask, events } from '../../http.ts'
import { counted } from '../../human.ts'
import { note } from '../../terminal/output.ts'
import type { Search } from './pages.ts'

/** What the API gives to begin with at most. */
const maxBackfill = 1_000
/** It sends a heartbeat every 5 s: who is silent for so long is gone. */
const silenceMs = 20_000
const firstPauseMs = 250
const longestPauseMs = 5_000

/**
 * The last lines and then those that come in, until the signal. Where the connection breaks it is made again from the last
 * event that was seen, so that nothing is left out and nothing comes twice. Only a first connection that fails is an error.
 */
export async function followLogs(
  config: Config,
  search: Search,
  print: (line: LogLine) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const tail = new Tail(config, search, print, signal)
  await tail.once()
  for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    await sleep(pauseMs, undefined, { signal })
    if (await tail.once()) pauseMs = firstPauseMs
  }
}

class Tail {
  readonly #config: Config
  readonly #search: Search
  readonly #print: (line: LogLine) => Promise<void>
  readonly #signal: AbortSignal
  /** Of the last event: where to go on. */
  #lastEventId = ''
  #isBroken = false

  constructor(config: Config, search: Search, print: (line: LogLine) => Promise<void>, signal: AbortSignal) {
    this.#config = config
    this.#search = search
    this.#print = print
    this.#signal = signal
  }

  /** One connection until it breaks; whether anything came by it. Errors: those that are final. */
  async once(): Promise<boolean> {
    const silence = new AbortController()
    const signal = AbortSignal.any([this.#signal, silence.signal])
    const timer = setTimeout(() => silence.abort(), silenceMs)
    let hasCome = false
    try {
      const response = await this.#connect(signal)
      if (this.#isBroken) note('connected again, nothing is left out')
      this.#isBroken = false
      for await (const { event, data, id } of events(response)) {
        timer.refresh()
        hasCome = true
        await this.#take(event, data)
        if (id !== '') this.#lastEventId = id
      }
      this.#sayBroken('it was closed')
    } catch (error) {
      if (this.#isFinal(error)) throw error
      this.#sayBroken(silence.signal.aborted ? 'nothing comes' : messageOf(error))
    } finally {
      clearTimeout(timer)
    }
    return hasCome
  }

  /** We were stopped, nothing was ever there, or the API will not have it whenever we ask. */
  #isFinal(error: unknown): boolean {
    if (this.#signal.aborted) return true
    const isFirst = !this.#isBroken && this.#lastEventId === ''
    if (codeOf(error) === 'QUERY_UNREACHABLE') return isFirst
    return codeOf(error) === 'QUERY_REFUSED' && (isFirst || !/cannot be asked now/.test(messageOf(error)))
  }

  #sayBroken(why: string): void {
    if (!this.#isBroken) note(`connection lost (${why}): trying again`)
    this.#isBroken = true
  }

  async #connect(signal: AbortSignal): Promise<Response> {
    const { query, start, limit } = this.#search
    const headers: Record<string, string> =
      this.#lastEventId === '' ? {} : { 'last-event-id': this.#lastEventId }
    const beginning = { backfill: String(Math.min(limit, maxBackfill)), since: start }
    const parameters = { query, ...(this.#lastEventId === '' ? beginning : {}) }
    return await ask(this.#config, '/api/logs/tail', parameters, { signal, headers })
  }

  async #take(event: string, data: string): Promise<void> {
    if (event === 'log') await this.#print(JSON.parse(data) as LogLine)
    if (event === 'dropped')
      note(`${counted((JSON.parse(data) as { count: number }).count, 'line')} left out, too fast to show`)
  }
}
