import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, type Logger, messageOf, OnceAMinute } from '../../lib/base/index.ts'
import type { GroupMember, KafkaClient } from '../../lib/kafka/client/index.ts'
import type { StoreReader } from '../store-reader.ts'
import type { RuleGroup } from './file.ts'
import { type GroupTools, runGroup } from './group.ts'
import { groupKey, type RulesJournal } from './journal.ts'
import { languageOf, samplesOf } from './language.ts'
import { recordSamples } from './recorder.ts'
import { type DataState, dueOf } from './schedule.ts'
import { emptyState, type GroupState, writeState } from './state.ts'

const tickMs = 500
const retryMs = 2_000
const queryTimeoutMs = 30_000

export interface EngineOptions {
  groups: readonly RuleGroup[]
  client: KafkaClient
  journal: RulesJournal
  reader: StoreReader
  topic: string
  metricsTopic: string
  tenant: string
  clock: Clock
  logger: Logger
  data: () => Promise<DataState>
  expand: (
    template: string,
    about: ExpandedSample,
    query: (expr: string) => Promise<Sampled>,
  ) => Promise<string>
  /** Runs beside the evaluation on the same node: notifications. */
  beside: (signal: AbortSignal) => Promise<void>
}

type Sampled = Awaited<ReturnType<typeof samplesOf>>
type ExpandedSample = Parameters<GroupTools['expand']>[1]

/**
 * Evaluates rules on one node among several: the one that Kafka's group gives the rules' topic. What it finds is kept in that
 * topic, so that the next one goes on where it was.
 */
export class RulesEngine {
  readonly #options: EngineOptions
  readonly #troubles: OnceAMinute
  readonly #stopped = new AbortController()
  #member: GroupMember | undefined
  #leading: AbortController | undefined
  #loops: Promise<unknown> = Promise.resolve()
  #joining: Promise<void> | undefined

  constructor(options: EngineOptions) {
    this.#options = options
    this.#troubles = new OnceAMinute(options.logger, options.clock)
  }

  start(): void {
    this.#joining = this.#join()
  }

  /** Whether this node evaluates. */
  get isLeader(): boolean {
    return this.#leading !== undefined
  }

  async close(): Promise<void> {
    this.#stopped.abort()
    await this.#stopLeading()
    await this.#joining
    await this.#member?.close()
  }

  async #join(): Promise<void> {
    const { client, journal, topic } = this.#options
    while (!this.#stopped.signal.aborted)
      try {
        await journal.ensure()
        const member = await client.joinGroup({ group: topic, topics: [topic], clientId: 'millrace-rules' })
        if (this.#stopped.signal.aborted) return await member.close()
        this.#member = member
        member.onRevoked = () => this.#stopLeading()
        member.onAssigned = async () => this.#lead(member)
        member.onLost = () => this.#again()
        this.#lead(member)
        return
      } catch (error) {
        this.#troubles.warn('rules wait for the brokers', { error: messageOf(error) })
        await sleep(retryMs, undefined, { ref: false })
      }
  }

  #again(): void {
    void this.#stopLeading()
    if (!this.#stopped.signal.aborted) this.#joining = this.#join()
  }

  #lead(member: GroupMember): void {
    if (member.assignment.length === 0 || this.#leading !== undefined) return
    const leading = new AbortController()
    this.#leading = leading
    this.#options.logger.info('evaluating rules', { groups: this.#options.groups.length })
    this.#loops = this.#evaluateAll(member, AbortSignal.any([leading.signal, this.#stopped.signal]))
  }

  async #stopLeading(): Promise<void> {
    this.#leading?.abort()
    this.#leading = undefined
    await this.#loops
  }

  async #evaluateAll(member: GroupMember, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.journal.caughtUp(signal)
    } catch (error) {
      this.#troubles.warn('the state of rules cannot be read', { error: messageOf(error) })
    }
    const { groups, beside } = this.#options
    await Promise.all([...groups.map(group => this.#loop(member, group, signal)), beside(signal)])
  }

  async #loop(member: GroupMember, group: RuleGroup, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#turn(member, group, signal)
      } catch (error) {
        if (!signal.aborted)
          this.#troubles.warn('a group of rules cannot be evaluated', {
            group: group.name,
            error: messageOf(error),
          })
      }
      await sleep(tickMs, undefined, { ref: false })
    }
  }

  async #turn(member: GroupMember, group: RuleGroup, signal: AbortSignal): Promise<void> {
    const { clock, data, journal } = this.#options
    const before = journal.groups.get(groupKey(group)) ?? emptyState()
    const due = dueOf(group, before.evaluatedMs, clock.nowMs(), await data())
    if (due.kind === 'early') return
    if (due.kind === 'waiting') return await this.#note(group, { ...before, waiting: due.why })
    const run = await runGroup(group, before, due.atMs, this.#tools(group, signal))
    if (signal.aborted || !(await isStillMember(member, this.#options))) return
    const { client, metricsTopic, tenant } = this.#options
    await recordSamples(client, metricsTopic, tenant, run.recorded, due.atMs)
    await this.#note(group, { ...run.state, missed: run.state.missed + due.missed })
  }

  /** A wait is written once, not at every look. */
  async #note(group: RuleGroup, state: GroupState): Promise<void> {
    const { journal } = this.#options
    const known = journal.groups.get(groupKey(group))
    if (state.waiting !== '' && known !== undefined && known.waiting !== '') return
    journal.groups.set(groupKey(group), state)
    await journal.write([[`group/${groupKey(group)}`, writeState(group.name, group.file, state)]])
  }

  #tools(group: RuleGroup, signal: AbortSignal): GroupTools {
    const { reader, tenant, clock, expand } = this.#options
    const query = async (expr: string, atMs: number) => {
      const limit = AbortSignal.any([signal, AbortSignal.timeout(queryTimeoutMs)])
      return await samplesOf(reader, languageOf(expr, group.type), { expr, atMs, tenant }, limit)
    }
    return {
      query,
      expand: (template, sample, atMs) => expand(template, sample, expr => query(expr, atMs)),
      monotonicMs: () => clock.monotonicMs(),
    }
  }
}

/**
 * After a rebalance another node evaluates: what was made here must not count. Only members may commit. Nobody reads on from
 * what is committed, but who looks at the group sees that it keeps up.
 */
async function isStillMember(
  member: GroupMember,
  { topic, journal }: Pick<EngineOptions, 'topic' | 'journal'>,
): Promise<boolean> {
  return (await member.commit([{ topic, partition: 0, offset: journal.position, metadata: '' }])) === 0
}
