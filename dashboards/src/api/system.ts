import type { SessionAnswer, StatusAnswer } from '../../../query/index.ts'
import { get, send } from './http.ts'

export const getSession = () => get<SessionAnswer>('/api/session')
export const getStatus = () => get<StatusAnswer>('/api/status')

/** Errors: ApiError where the token is not known. */
export const login = (token: string) => send<SessionAnswer>('POST', '/api/login', { token })
/** Errors: ApiError where the token is not for it. */
export const chooseTenant = (tenant: string) => send<SessionAnswer>('PUT', '/api/session', { tenant })
export const logout = () => send<void>('DELETE', '/api/session')
