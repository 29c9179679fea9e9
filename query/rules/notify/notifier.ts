import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, type Logger, messageOf, OnceAMinute } from '../../../lib/base/index.ts'
import type { Alert } from '../alert.ts'
import type { Alerting } from '../config.ts'
import type { RulesJournal } from '../journal.ts'
import { isSilenced } from '../silence.ts'
import { dueNotifications, type Matches, type Notification, toldOf } from './dispatch.ts'
import { linkOf } from './message.ts'
import { post, sendTo } from './send.ts'

const tickMs = 1_000
/** Alertmanagers forget an alert that they do not hear of. Source: Prometheus, --rules.alert.resend-delay. */
const resendMs = 60_000

export interface NotifierOptions {
  alerting: Alerting
  journal: RulesJournal
  /** Alerts of the rules that are configured now. */
  alerts: () => readonly Alert[]
  matches: Matches
  clock: Clock
  logger: Logger
}

/** Tells receivers and Alertmanagers of alerts, on the node that evaluates. */
export class Notifier {
  readonly #options: NotifierOptions
  readonly #troubles: OnceAMinute
  #resentMs = Number.NEGATIVE_INFINITY
  #resent = ''

  constructor(options: NotifierOptions) {
    this.#options = options
    this.#troubles = new OnceAMinute(options.logger, options.clock)
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#turn()
      } catch (error) {
        this.#troubles.warn('notifications failed', { error: messageOf(error) })
      }
      await sleep(tickMs, undefined, { ref: false })
    }
  }

  async #turn(): Promise<void> {
    const { alerting, alerts, clock, journal, matches } = this.#options
    const nowMs = clock.nowMs()
    const all = alerts().map(alert => ({ ...alert, labels: { ...alerting.externalLabels, ...alert.labels } }))
    await this.#toAlertmanagers(all, nowMs)
    const heard = all.filter(({ labels }) => !isSilenced(labels, journal.silences.values(), nowMs))
    const { send, forget } = dueNotifications(alerting, heard, journal.told, nowMs, matches)
    for (const key of forget) await this.#note(key, null)
    for (const notification of send) await this.#send(notification, nowMs)
  }

  async #send(notification: Notification, nowMs: number): Promise<void> {
    const { alerting } = this.#options
    const receiver = alerting.receivers.find(({ name }) => name === notification.receiver)
    const failures =
      receiver === undefined
        ? [`there is no receiver ${notification.receiver}: see alerting.receivers`]
        : await sendTo(receiver, notification, alerting)
    for (const failure of failures)
      this.#troubles.warn('a notification cannot be sent: trying again', {
        receiver: notification.receiver,
        error: failure,
      })
    // told where any way was: the others are tried again when it is due again
    const isTold = receiver !== undefined && failures.length === 0
    if (isTold) await this.#note(notification.key, Buffer.from(JSON.stringify(toldOf(notification, nowMs))))
  }

  async #note(key: string, value: Buffer | null): Promise<void> {
    const { journal } = this.#options
    if (value === null) journal.told.delete(key)
    else journal.told.set(key, JSON.parse(String(value)))
    await journal.write([[`told/${key}`, value]])
  }

  /** All of them at every change and every minute: it groups and silences by itself. Source: Alertmanager API v2, alerts. */
  async #toAlertmanagers(alerts: readonly Alert[], nowMs: number): Promise<void> {
    const { alerting } = this.#options
    if (alerting.alertmanagers.length === 0) return
    const state = JSON.stringify(alerts.map(({ labels, state: own }) => [labels, own]))
    if (state === this.#resent && nowMs - this.#resentMs < resendMs) return
    this.#resent = state
    this.#resentMs = nowMs
    const body = alerts
      .filter(alert => alert.state !== 'pending')
      .map(alert => ({
        labels: alert.labels,
        annotations: alert.annotations,
        startsAt: new Date(alert.firedAtMs ?? alert.activeAtMs).toISOString(),
        endsAt: new Date(alert.resolvedAtMs ?? nowMs + 4 * resendMs).toISOString(),
        generatorURL: linkOf(alerting.externalUrl, {
          key: '',
          receiver: '',
          groupLabels: { alertname: alert.labels['alertname'] ?? '' },
          firing: [],
          resolved: [],
        }),
      }))
    if (body.length === 0) return
    for (const url of alerting.alertmanagers)
      try {
        await post(`${url.replace(/\/$/, '')}/api/v2/alerts`, body)
      } catch (error) {
        this.#resentMs = Number.NEGATIVE_INFINITY
        this.#troubles.warn('an Alertmanager cannot be told: trying again', { url, error: messageOf(error) })
      }
  }
}
