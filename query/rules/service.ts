import type { Clock, Logger } from '../../lib/base/index.ts'
import type { KafkaClient } from '../../lib/kafka/client/index.ts'
import { wholeRegex } from '../../lib/logql/index.ts'
import { parsePromQl } from '../promql/parser.ts'
import type { StoreReader } from '../store-reader.ts'
import type { Alert } from './alert.ts'
import type { Alerting } from './config.ts'
import { RulesEngine } from './engine.ts'
import type { RuleGroup } from './file.ts'
import { groupKey, RulesJournal } from './journal.ts'
import { Notifier } from './notify/notifier.ts'
import type { DataState } from './schedule.ts'
import { emptyState, type GroupState } from './state.ts'
import { expandTemplate } from './template.ts'

export interface RulesOptions {
  groups: readonly RuleGroup[]
  alerting: Alerting
  client: KafkaClient
  reader: StoreReader
  topics: { rules: string; metrics: string }
  tenant: string
  clock: Clock
  logger: Logger
  data: () => Promise<DataState>
}

/** Rules with what is known of them, on every query node; one of the nodes evaluates and notifies. */
export class RulesService {
  readonly alerting: Alerting
  readonly journal: RulesJournal
  readonly #options: RulesOptions
  #groups: readonly RuleGroup[] = []
  #engine: RulesEngine | undefined
  #isStarted = false
  /** Changes come one after the other. */
  #changing: Promise<void> = Promise.resolve()

  constructor(options: RulesOptions) {
    const { groups, alerting, client, topics, logger } = options
    this.#options = options
    this.alerting = alerting
    this.journal = new RulesJournal(client, topics.rules, logger)
    this.#take(groups)
  }

  get groups(): readonly RuleGroup[] {
    return this.#groups
  }

  start(): void {
    this.#isStarted = true
    this.#run()
  }

  /** Goes on with other rules; what is known of those that stay is kept. */
  replace(groups: readonly RuleGroup[]): Promise<void> {
    this.#changing = this.#changing.then(async () => {
      await this.#engine?.close()
      this.#take(groups)
      if (this.#isStarted) this.#run()
    })
    return this.#changing
  }

  async close(): Promise<void> {
    this.#isStarted = false
    await this.#changing
    await this.#engine?.close()
    await this.journal.close()
  }

  #take(groups: readonly RuleGroup[]): void {
    this.#groups = groups
    this.#engine = groups.length === 0 ? undefined : this.#engineOf({ ...this.#options, groups })
  }

  #run(): void {
    if (this.#engine === undefined) return
    this.journal.start()
    this.#engine.start()
  }

  /** As it was evaluated last, on whichever node. */
  stateOf(group: RuleGroup): GroupState {
    return this.journal.groups.get(groupKey(group)) ?? emptyState()
  }

  /** Of all rules. */
  alerts(): Alert[] {
    return this.groups.flatMap(group =>
      [...this.stateOf(group).alerts.values()].flatMap(alerts => [...alerts.values()]),
    )
  }

  #engineOf(options: RulesOptions): RulesEngine {
    const { alerting, topics, clock, logger } = options
    const notifier = new Notifier({
      alerting,
      journal: this.journal,
      alerts: () => this.alerts(),
      matches,
      clock,
      logger,
    })
    return new RulesEngine({
      ...options,
      journal: this.journal,
      topic: topics.rules,
      metricsTopic: topics.metrics,
      expand: (template, sample, query) => expandTemplate(template, { sample, alerting, query }),
      beside: signal => notifier.run(signal),
    })
  }
}

/** `{severity="page"}` over the labels of an alert. Errors: QUERY_INVALID. */
export function matches(selector: string, labels: Readonly<Record<string, string>>): boolean {
  const parsed = parsePromQl(selector, { stepMs: 0, rangeMs: 0 })
  if (parsed.kind !== 'selector') return false
  return parsed.matchers.every(({ name, operator, value }) => {
    const own = labels[name === '__name__' ? 'alertname' : name] ?? ''
    if (operator === '=' || operator === '!=') return (own === value) === (operator === '=')
    return wholeRegex(value).test(own) === (operator === '=~')
  })
}
