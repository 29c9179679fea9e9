import { isLoopback, OperatingError } from '../../lib/base/index.ts'
import type { Config } from '../config.ts'

/** Whether tokens are asked for: not where nothing is said and only this machine can ask. */
export function authOf({ query }: Pick<Config, 'query'>): 'none' | 'token' {
  return query.auth ?? 'none'
}

/** Errors: AUTH_NEEDED where others could ask without a token, and nobody said that they may. */
export function checkAuth({ query }: Pick<Config, 'query'>): void {
  if (query.auth !== null || isLoopback(query.listen)) return
  const message = [
    `query.listen ${query.listen} can be reached from other machines, and nobody would be asked for a token`,
    'set query.auth: token and make one with millrace tokens create, or set query.auth: none to let everybody read everything',
  ].join(': ')
  throw new OperatingError('AUTH_NEEDED', message)
}

/** Whether requests are written down: not where nobody but this machine's users can ask, and none of them says who he is. */
export function isAudited({ query }: Pick<Config, 'query'>): boolean {
  return query.audit ?? (authOf({ query }) === 'token' || !isLoopback(query.listen))
}
