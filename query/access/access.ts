import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import type { Clock, Logger } from '../../lib/base/index.ts'
import type { Config } from '../config.ts'
import type { Asking } from '../store-asking.ts'
import { type Admitted, admit } from './admission.ts'
import type { Asker } from './asker.ts'
import { AuditLog } from './audit.ts'
import { authOf, isAudited } from './check.ts'
import { shownTenant, shownToken } from './credentials.ts'
import { limitsOf } from './limits.ts'
import { scopeFor } from './paths.ts'
import { type RunningRequest, RunningRequests } from './running.ts'
import { TenantGates } from './tenant-gates.ts'
import type { Token } from './token.ts'
import { TokenFile } from './token-file.ts'
import { TokenUse } from './token-use.ts'

/** Who may ask, within what limits, and what is written down of it. */
export class Access {
  readonly auth: 'none' | 'token'
  readonly running = new RunningRequests()
  /** Undefined where nothing is written down. */
  readonly audit: AuditLog | undefined
  readonly #config: Pick<Config, 'dataDir' | 'tenant' | 'query'>
  readonly #clock: Clock
  readonly #tokens: TokenFile
  readonly #use: TokenUse
  readonly #gates = new TenantGates()

  constructor(config: Pick<Config, 'dataDir' | 'tenant' | 'query'>, clock: Clock, logger: Logger) {
    this.auth = authOf(config)
    this.#config = config
    this.#clock = clock
    this.#tokens = new TokenFile(config.dataDir)
    this.#use = new TokenUse(config.dataDir, clock, logger)
    this.audit = isAudited(config) ? new AuditLog(config.dataDir, logger) : undefined
  }

  /** The token that a request shows, if there is one like it. Errors: TOKENS_UNREADABLE. */
  async tokenOf(c: Context): Promise<Token | undefined> {
    const secret = this.auth === 'token' ? shownToken(c) : undefined
    return secret === undefined ? undefined : await this.find(secret)
  }

  /** Errors: TOKENS_UNREADABLE. */
  async find(secret: string): Promise<Token | undefined> {
    return await this.#tokens.find(secret)
  }

  /** Errors: as of `admit`; TOKENS_UNREADABLE. */
  async admit(c: Context, scope = scopeFor(c.req.method, c.req.path)): Promise<Asker> {
    const { tenant } = this.#config
    const token = await this.tokenOf(c)
    const admitted = admit({
      auth: this.auth,
      tenant,
      isTokenShown: shownToken(c) !== undefined,
      token,
      wantedTenant: shownTenant(c),
      scope,
      nowMs: this.#clock.nowMs(),
    })
    if (token !== undefined) this.#use.note(token.id)
    return this.#askerOf(c, admitted)
  }

  /** How the store is asked for a request: in the tenant's turn, within its limits. */
  askingOf({ tenant, limits, request }: Asker): Asking {
    return {
      limits,
      enter: signal => this.#gates.enter(tenant, limits, signal),
      signal: request.signal,
      begin: queryId => request.begin(queryId),
    }
  }

  async close(): Promise<void> {
    await this.audit?.close()
    await this.#use.close()
  }

  #askerOf(c: Context, { tenant, token }: Admitted): Asker {
    const limits = limitsOf(this.#config.query.limits, tenant)
    return { tenant, token, limits, request: this.#open(c, tenant, token) }
  }

  #open(c: Context, tenant: string, token: Token | undefined): RunningRequest {
    return this.running.open({
      id: randomUUID(),
      tenant,
      token: token?.name ?? '',
      method: c.req.method,
      path: c.req.path,
      query: c.req.query('query') ?? '',
      startedMs: this.#clock.nowMs(),
    })
  }
}
