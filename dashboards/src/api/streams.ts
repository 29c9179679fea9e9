import type {
  RulesPreviewAnswer,
  StreamGroupAnswer,
  StreamGroupsAnswer,
  StreamLagAnswer,
  StreamMessage,
  StreamMessagesAnswer,
  StreamResetAnswer,
  StreamSecurityAnswer,
  StreamTopicAnswer,
  StreamTopicsAnswer,
  StreamTransactionsAnswer,
} from '../../../query/index.ts'
import { parseExact } from '../explore/text/exact.ts'
import { addressOf, get, getExact, send } from './http.ts'

const topic = (name: string) => `/api/streams/topics/${encodeURIComponent(name)}`
const group = (name: string) => `/api/streams/groups/${encodeURIComponent(name)}`

export interface MessagesRequest {
  partition: string
  /** `latest`, `earliest`, `offset:N`, a time, or what an answer said of the pages beside it. */
  from: string
  key: string
  text: string
  format: string
}

export type ResetTo =
  | { to: 'earliest' | 'latest' | 'current' }
  | { to: 'offset'; offset: number }
  | { to: 'datetime'; timestampMs: number }
  | { to: 'shift-by'; records: number }

export type Configs = Record<string, string | null>

const given = (request: object) =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== '')) as Record<string, string>

export const getTopics = (signal: AbortSignal) => get<StreamTopicsAnswer>('/api/streams/topics', {}, signal)
export const getTopic = (name: string, signal: AbortSignal) => get<StreamTopicAnswer>(topic(name), {}, signal)
export const createTopic = (wanted: {
  name: string
  partitions?: number
  configs?: Record<string, string>
}) => send<void>('POST', '/api/streams/topics', wanted)
export const deleteTopic = (name: string) => send<void>('DELETE', topic(name))
export const alterTopic = (
  name: string,
  change: { configs?: Configs; partitions?: number; validateOnly?: boolean },
) => send<void>('PATCH', topic(name), change)

export const getMessages = (name: string, request: MessagesRequest, limit: number, signal: AbortSignal) =>
  getExact<StreamMessagesAnswer>(`${topic(name)}/messages`, { ...given(request), limit }, signal)
/** One record, with as much of it as can be shown; undefined where it has gone since. */
export const getRecord = async (
  name: string,
  { partition, offset, format }: { partition: number; offset: number; format: string },
  signal: AbortSignal,
) => {
  const asked = { partition, from: `offset:${offset}`, format: format || 'auto', limit: 1 }
  const { messages } = await getExact<StreamMessagesAnswer>(`${topic(name)}/messages`, asked, signal)
  return messages.find(message => message.offset === offset) ?? null
}
/** Where a key or a value is as it was written. */
export const messageBytes = (
  name: string,
  { partition, offset }: { partition: number; offset: number },
  part: 'key' | 'value',
) => `${topic(name)}/partitions/${partition}/records/${offset}/${part}`
export const writeMessage = (
  name: string,
  message: {
    key: string | null
    value: string | null
    partition?: number
    headers: { key: string; value: string }[]
  },
) => send<{ partition: number; offset: number }>('POST', `${topic(name)}/messages`, message)

/** Follows a topic until it is closed. Returns what closes it. */
export function followMessages(
  name: string,
  request: MessagesRequest,
  on: { message: (message: StreamMessage) => void; problem: (detail: string) => void },
): () => void {
  const { from: _, ...filters } = request
  const source = new EventSource(addressOf(`${topic(name)}/messages/live`, given(filters)))
  source.addEventListener('message', event => on.message(parseExact(event.data as string) as StreamMessage))
  source.addEventListener('problem', event =>
    on.problem((JSON.parse(event.data) as { detail: string }).detail),
  )
  source.onerror = () =>
    on.problem('the connection broke: it is tried again, records in between are not shown')
  return () => source.close()
}

export const getGroups = (signal: AbortSignal) => get<StreamGroupsAnswer>('/api/streams/groups', {}, signal)
export const getGroup = (name: string, signal: AbortSignal) => get<StreamGroupAnswer>(group(name), {}, signal)
export const getGroupLag = (name: string, signal: AbortSignal) =>
  get<StreamLagAnswer>(`${group(name)}/lag`, {}, signal)
export const resetGroup = (name: string, reset: { topics?: string[]; to: ResetTo; apply: boolean }) =>
  send<StreamResetAnswer>('POST', `${group(name)}/reset`, reset)
export const deleteGroup = (name: string) => send<void>('DELETE', group(name))

export const getTransactions = (signal: AbortSignal) =>
  get<StreamTransactionsAnswer>('/api/streams/transactions', {}, signal)

export type Acl = NonNullable<StreamSecurityAnswer['acls']>[number]
export type Mechanism = 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
export const getSecurity = (signal: AbortSignal) =>
  get<StreamSecurityAnswer>('/api/streams/security', {}, signal)
export const createAcl = (acl: Acl) => send<void>('POST', '/api/streams/acls', acl)
export const deleteAcl = (acl: Acl) => send<void>('DELETE', '/api/streams/acls', acl)
export const setUser = (user: { name: string; mechanism: Mechanism; password: string }) =>
  send<void>('PUT', '/api/streams/users', user)
export const deleteUser = (user: { name: string; mechanism: string }) =>
  send<void>('DELETE', '/api/streams/users', user)
export const setQuotas = (quota: {
  entity: Record<string, string | null>
  values: Record<string, number | null>
}) => send<void>('PUT', '/api/streams/quotas', quota)

/** What changed rules of agents would do to what the logs topic retains. */
export const previewRules = (question: { text: string; since: string; agent: string }) =>
  send<RulesPreviewAnswer>('POST', '/api/streams/rules/preview', question)
