import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { authenticationFailed } from './errors.ts'

export interface Credentials {
  username: string
  password: string
}

/**
 * Checks a request against the one user there is. Errors: AUTHENTICATION_FAILED, 401 where the request names nobody
 * (so that a browser asks), 403 where what it names is wrong, as ClickHouse has it.
 */
export function authenticate(request: IncomingMessage, url: URL, expected: Credentials): void {
  const given = credentialsOf(request, url)
  if (given === undefined) throw authenticationFailed(401)
  const same = sameText(given.username, expected.username) && sameText(given.password, expected.password)
  if (!same) throw authenticationFailed(403)
}

function credentialsOf(request: IncomingMessage, url: URL): Credentials | undefined {
  const user = request.headers['x-clickhouse-user']
  const key = request.headers['x-clickhouse-key']
  if (typeof user === 'string' || typeof key === 'string')
    return { username: String(user ?? 'default'), password: String(key ?? '') }
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic !== undefined) {
    const [username = '', ...rest] = Buffer.from(basic, 'base64').toString('utf8').split(':')
    return { username, password: rest.join(':') }
  }
  const { searchParams } = url
  if (!searchParams.has('user') && !searchParams.has('password')) return undefined
  return { username: searchParams.get('user') ?? 'default', password: searchParams.get('password') ?? '' }
}

/** Equal or not in a time that does not tell how much of it is. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
