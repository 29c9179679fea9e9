import type { AlertsAnswer, ReceiversAnswer, SavedRulesAnswer, SilenceAnswer } from '../../../query/index.ts'
import { get, send } from './http.ts'

/** A rule as Prometheus' API tells of it. */
export interface Rule {
  type: 'alerting' | 'recording'
  name: string
  query: string
  language: 'promql' | 'logql' | 'traceql'
  duration?: number
  keepFiringFor?: number
  labels: Record<string, string>
  annotations?: Record<string, string>
  state?: 'inactive' | 'pending' | 'firing'
  health: string
  lastError?: string
  lastEvaluation: string
  evaluationTime: number
}

export interface RuleGroup {
  name: string
  file: string
  interval: number
  rules: Rule[]
  waiting?: string
}

export const getAlerts = (signal: AbortSignal) => get<AlertsAnswer>('/api/alerts', {}, signal)
export const getRuleGroups = async (signal: AbortSignal) =>
  (await get<{ data: { groups: RuleGroup[] } }>('/prometheus/api/v1/rules', {}, signal)).data.groups
export const getSilences = (signal: AbortSignal) => get<SilenceAnswer[]>('/api/silences', {}, signal)
export const createSilence = (silence: {
  matchers: { name: string; value: string; isRegex: boolean; isEqual: boolean }[]
  startsAt: string
  endsAt: string
  createdBy: string
  comment: string
}) => send<{ silenceID: string }>('POST', '/api/silences', silence)
export const endSilence = (id: string) => send<void>('DELETE', `/api/silences/${encodeURIComponent(id)}`)
const savedRule = (name: string) => `/api/rules/saved/${encodeURIComponent(name)}`
export const getSavedRules = (signal: AbortSignal) => get<SavedRulesAnswer>('/api/rules/saved', {}, signal)
export const saveRule = (name: string, text: string) => send<void>('PUT', savedRule(name), { text })
export const deleteRule = (name: string) => send<void>('DELETE', savedRule(name))
export const getReceivers = (signal: AbortSignal) => get<ReceiversAnswer>('/api/receivers', {}, signal)
export const testReceiver = (name: string) =>
  send<{ failures: string[] }>('POST', `/api/receivers/${encodeURIComponent(name)}/test`)
