import type {
  AuditAnswer,
  MadeTokenAnswer,
  QueriesAnswer,
  StorageAnswer,
  TokensAnswer,
} from '../../../query/index.ts'
import { get, send } from './http.ts'

export const getStorage = (signal: AbortSignal) => get<StorageAnswer>('/api/admin/storage', {}, signal)
export const getQueries = (signal: AbortSignal) => get<QueriesAnswer>('/api/queries', {}, signal)
export const killQuery = (id: string) => send<void>('DELETE', `/api/queries/${encodeURIComponent(id)}`)
export const getTokens = (signal: AbortSignal) => get<TokensAnswer>('/api/admin/tokens', {}, signal)
export const createToken = (token: {
  name: string
  scopes: string[]
  tenants: string[]
  days: number | null
}) => send<MadeTokenAnswer>('POST', '/api/admin/tokens', token)
export const revokeToken = (id: string) => send<void>('DELETE', `/api/admin/tokens/${encodeURIComponent(id)}`)
export const getAudit = (text: string, signal: AbortSignal) =>
  get<AuditAnswer>('/api/admin/audit', { text }, signal)
