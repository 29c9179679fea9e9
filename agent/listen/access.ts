import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { listenerTls, messageOf, OperatingError } from '../../lib/base/index.ts'
import { corsField } from './cors.ts'

/** Each is asked about with every request. */
export const maxTenants = 1_000
export const tenantName = z.string().min(1).max(100)

/** Who may send to a listener, and how: the keys that every listener over HTTP has. */
export const accessFields = {
  /** PEM files, read again when they change; null: no TLS. */
  tls: listenerTls.nullable().default(null),
  /** What senders must show: as bearer token, as password, or in the header of the system whose API they speak. */
  token: z.string().min(1).nullable().default(null),
  /** A file that holds the token; read at the start. */
  tokenFile: z.string().min(1).nullable().default(null),
  /** Tokens of tenants: what is sent with one of them is that tenant's, whatever it says of itself. */
  tenants: z
    .array(
      z
        .strictObject({
          tenant: tenantName,
          token: z.string().min(1).nullable().default(null),
          tokenFile: z.string().min(1).nullable().default(null),
        })
        .refine(
          ({ token, tokenFile }) => (token === null) !== (tokenFile === null),
          'a token or a tokenFile',
        ),
    )
    .max(maxTenants)
    .default([]),
  /** Null: no page of a browser may send. */
  cors: corsField,
}

export interface AccessSettings {
  token: string | null
  tokenFile: string | null
  tenants?: readonly { tenant: string; token: string | null; tokenFile: string | null }[]
}

type Headers = IncomingHttpHeaders

/** Answers whether the headers of a request show the token. Errors: SECRET_UNREADABLE. */
export function tokenCheck(
  settings: AccessSettings,
  configKey: string,
): (headers: IncomingHttpHeaders) => boolean {
  const tenantOf = tenantCheck(settings, configKey)
  return headers => tenantOf(headers) !== undefined
}

/**
 * Answers whose a request is by the token it shows: a tenant's; '' for the listener's own token, or where none is asked
 * for; undefined where it may not be. Errors: SECRET_UNREADABLE.
 */
export function tenantCheck(
  settings: AccessSettings,
  configKey: string,
): (headers: Headers) => string | undefined {
  const own = settings.token ?? readSecret(settings.tokenFile, `${configKey}.tokenFile`)
  const tenants = (settings.tenants ?? []).map(({ tenant, token, tokenFile }, i) => ({
    tenant,
    token: token ?? readSecret(tokenFile, `${configKey}.tenants.${i}.tokenFile`) ?? '',
  }))
  const known = [...(own === undefined ? [] : [{ tenant: '', token: own }]), ...tenants]
  if (known.length === 0) return () => ''
  const wanted = known.map(({ tenant, token }) => ({ tenant, digest: digest(token) }))
  return headers => {
    const shown = shownTokens(headers).map(digest)
    return wanted.find(one => shown.some(each => timingSafeEqual(each, one.digest)))?.tenant
  }
}

/** What a file holds, blanks around it aside; undefined where none is named. Errors: SECRET_UNREADABLE. */
export function readSecret(path: string | null, configKey: string): string | undefined {
  if (path === null) return undefined
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new OperatingError('SECRET_UNREADABLE', `cannot read ${configKey}: ${messageOf(cause)}`, { cause })
  }
}

/**
 * Bearer, Splunk's, Elastic's and Datadog's ways to show it, or the password of Basic. Clients of Elastic's encode the
 * name and the key that they are given as Basic does, unless they are given what is encoded.
 */
function shownTokens(headers: IncomingHttpHeaders): string[] {
  const named = headers['dd-api-key'] ?? headers['x-api-key'] ?? headers['api-key']
  if (typeof named === 'string') return [named]
  const [scheme = '', ...rest] = (headers.authorization ?? '').split(' ')
  const value = rest.join(' ').trim()
  if (value === '') return []
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const password = pair.slice(pair.indexOf(':') + 1)
  if (scheme.toLowerCase() === 'basic') return [password]
  return scheme.toLowerCase() === 'apikey' && pair.includes(':') ? [value, password] : [value]
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
