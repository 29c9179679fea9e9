import { OperatingError } from '../../lib/base/index.ts'
import { allows, everyTenant, isExpired, isForTenant, type Scope, type Token } from './token.ts'

export interface AdmissionRequest {
  /** Whether tokens are asked for. */
  auth: 'none' | 'token'
  /** The tenant where nothing says otherwise. */
  tenant: string
  /** Whether the request showed one at all, and which it is. */
  isTokenShown: boolean
  token: Token | undefined
  /** `X-Scope-OrgID`, or what was chosen on the page. */
  wantedTenant: string | undefined
  scope: Scope
  nowMs: number
}

export interface Admitted {
  tenant: string
  token: Token | undefined
}

const make =
  'make one with millrace tokens create, and send it as Authorization: Bearer, or as the password of Basic'

/**
 * Who asks, and about whose data. Without tokens everybody is the one tenant of the configuration, whatever header is sent, as
 * in Loki. Errors: TOKEN_MISSING, TOKEN_INVALID, TENANT_MISSING (401), SCOPE_MISSING, TENANT_FORBIDDEN (403).
 */
export function admit(request: AdmissionRequest): Admitted {
  if (request.auth === 'none') return { tenant: request.tenant, token: undefined }
  const token = validToken(request)
  if (!allows(token, request.scope)) {
    const message = `the token ${token.name} has the scopes ${token.scopes.join(', ')}, and this needs ${request.scope}: use another`
    throw new OperatingError('SCOPE_MISSING', message)
  }
  return { tenant: tenantFor(token, request), token }
}

function validToken({ isTokenShown, token, nowMs }: AdmissionRequest): Token {
  if (!isTokenShown) throw new OperatingError('TOKEN_MISSING', `a token is needed: ${make}`)
  if (token === undefined)
    throw new OperatingError('TOKEN_INVALID', `this token is not known, or was revoked: ${make}`)
  if (isExpired(token, nowMs)) {
    const when = new Date(token.expiresMs ?? 0).toISOString()
    throw new OperatingError('TOKEN_INVALID', `the token ${token.name} expired at ${when}: ${make}`)
  }
  return token
}

/** What is named narrows what the token allows; it never widens it. Errors: TENANT_FORBIDDEN, TENANT_MISSING. */
export function tenantFor(
  token: Token,
  { wantedTenant, tenant }: Pick<AdmissionRequest, 'wantedTenant' | 'tenant'>,
): string {
  if (wantedTenant !== undefined && wantedTenant !== '') {
    if (wantedTenant !== everyTenant && isForTenant(token, wantedTenant)) return wantedTenant
    const message = `the token ${token.name} is not for the tenant ${wantedTenant}: leave X-Scope-OrgID out, or name one of ${token.tenants.join(', ')}`
    throw new OperatingError('TENANT_FORBIDDEN', message)
  }
  if (isForTenant(token, tenant)) return tenant
  const [only, ...others] = token.tenants
  if (only !== undefined && others.length === 0) return only
  const message = `no org id: the token ${token.name} is for ${token.tenants.join(', ')}, name one of them in X-Scope-OrgID`
  throw new OperatingError('TENANT_MISSING', message)
}
