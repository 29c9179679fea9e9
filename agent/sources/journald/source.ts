import { type ChildProcess, spawn } from 'node:child_process'
import { messageOf, OnceAMinute } from '../../../lib/base/index.ts'
import { FieldsReader } from '../../records/from-fields.ts'
import { originOf } from '../../records/origin.ts'
import type { Source, SourceHost } from '../source.ts'
import { FollowingSource } from '../stream/following-source.ts'
import { catchUpArguments, followArguments } from './arguments.ts'
import type { JournaldConfig } from './config.ts'
import { JournalReader } from './export-format.ts'
import { newestBoot, newestCursor } from './last-entry.ts'
import { recordOf } from './record.ts'

const restartMs = 1_000
/** After so long without an entry it is asked whether there are any: journalctl has been seen to stop following. */
const watchdogMs = 60_000

/** journalctl says nothing of what it may not read. */
const nothing =
  'it has no entries yet, or none that may be read: the agent must be in the group systemd-journal'

export type JournaldOptions = Pick<SourceHost, 'intake' | 'positions' | 'clock' | 'logger' | 'hostName'> & {
  config: JournaldConfig
  watchdogMs?: number
}

export function startJournald(options: JournaldOptions): Promise<Source> {
  return Promise.resolve(new JournaldSource(options))
}

/**
 * Reads systemd's journal through journalctl: first all that is there, of whatever boot, then what comes. The cursor of the last entry travels with its record into the spool, so
 * that after a crash it goes on right behind what is there: no entry is lost, none comes twice.
 */
class JournaldSource extends FollowingSource {
  readonly #options: JournaldOptions
  readonly #troubles: OnceAMinute
  #child: ChildProcess | undefined
  #watchdog: NodeJS.Timeout | undefined
  #seenMs = 0
  /** Where the journal ended at a first start that begins there. */
  #end: string | undefined

  constructor(options: JournaldOptions) {
    super(options.intake)
    this.#options = options
    this.#troubles = new OnceAMinute(options.logger, options.clock)
  }

  override begin(): void {
    const everyMs = this.#options.watchdogMs ?? watchdogMs
    this.#seenMs = this.#options.clock.monotonicMs()
    this.#watchdog = setInterval(() => void this.#watch(everyMs), everyMs)
    super.begin()
  }

  protected stop(): void {
    clearInterval(this.#watchdog)
    this.#child?.kill('SIGTERM')
  }

  get #cursor(): string | undefined {
    return this.#options.positions.cursors.get(this.#options.intake.source) ?? this.#end
  }

  protected async run(): Promise<void> {
    const { config } = this.#options
    if (config.startAt === 'end' && this.#cursor === undefined) this.#end = await newestCursor(config)
    while (!this.isClosing) {
      try {
        await this.#readAll(config)
      } catch (error) {
        if (!this.isClosing)
          this.#troubles.warn('cannot read the journal, trying on', { error: messageOf(error) })
      }
      if (!this.isClosing) await this.wake.wait(restartMs)
    }
  }

  /** All that is there, and then what comes; throws when there is no more. */
  async #readAll(config: JournaldConfig): Promise<void> {
    const boot = await newestBoot(config)
    if (boot === undefined) throw new Error(nothing)
    await this.#read(catchUpArguments(config, this.#cursor, boot))
    if (!this.isClosing) await this.#read(followArguments(config, this.#cursor, boot))
  }

  async #read(args: readonly string[]): Promise<void> {
    const { journalctl } = this.#options.config
    const child = spawn(journalctl, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    const ended = new Promise<string | undefined>(resolve => {
      child.once('error', error => resolve(`cannot run ${journalctl}: ${messageOf(error)}`))
      child.once('exit', (code, signal) =>
        resolve(code === 0 ? undefined : `${journalctl} ended with ${signal ?? `code ${code}`}`),
      )
    })
    let complaint = ''
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = String(chunk).trim().slice(0, 500)
    })
    const reader = new JournalReader()
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) await this.#take(reader, chunk)
    const why = await ended
    if (this.isClosing || why === undefined) return
    throw new Error(complaint === '' ? why : `${why}: ${complaint}`)
  }

  /** One chunk after the other: journalctl waits while the spool has no room. */
  async #take(reader: JournalReader, chunk: Buffer): Promise<void> {
    const { intake, clock, hostName, positions } = this.#options
    const entries = reader.push(chunk)
    this.#seenMs = clock.monotonicMs()
    const cursor = entries.at(-1)?.get('__CURSOR')?.toString('latin1')
    if (cursor === undefined) return
    const batch = intake.logs()
    const fields = new FieldsReader(batch.draft, () => clock.nowMs())
    batch.draft.origin = originOf({ service: 'journald', host: hostName, scope: 'millrace.journald' })
    for (const entry of entries) {
      fields.read(...recordOf(entry))
      batch.add()
    }
    await intake.attend(() => intake.takeUpTo(cursor, batch.finish()))
    positions.cursors.set(intake.source, cursor)
  }

  async #watch(everyMs: number): Promise<void> {
    const { config, clock } = this.#options
    if (this.#child === undefined || clock.monotonicMs() - this.#seenMs < everyMs) return
    const newest = await newestCursor(config)
    if (newest === undefined || newest === this.#cursor || this.isClosing) return
    this.#troubles.warn('journalctl no longer follows the journal, starting it again', {})
    this.#seenMs = clock.monotonicMs()
    this.#child?.kill('SIGKILL')
  }
}
