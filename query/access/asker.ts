import type { Context } from 'hono'
import type { StoreReader } from '../store-reader.ts'
import type { Limits } from './limits.ts'
import type { RunningRequest } from './running.ts'
import { allows, everyTenant, type Token } from './token.ts'

/** Who asks. */
export interface Asker {
  /** Whose data are asked about: the one thing that decides what a request may see. */
  tenant: string
  /** Undefined where no tokens are asked for. */
  token: Token | undefined
  limits: Limits
  request: RunningRequest
}

declare module 'hono' {
  interface ContextVariableMap {
    asker: Asker
    reader: StoreReader
  }
}

/** The tenant of a request. No route takes it from anywhere else. */
export function tenantOf(c: Context): string {
  return c.get('asker').tenant
}

/** The store as this asker may ask it: within the limits of the tenant. */
export function readerOf(c: Context): StoreReader {
  return c.get('reader')
}

/** What the tenant of a request may ask for. */
export function limitsFor(c: Context): Limits {
  return c.get('asker').limits
}

/** Whether the asker may see and end what other tenants ask. */
export function isAdmin(c: Context): boolean {
  const { token } = c.get('asker')
  return token === undefined || allows(token, 'admin')
}

/** Whether the asker may see what belongs to the installation rather than to a tenant: agents and their hosts. */
export function seesInstallation(c: Context): boolean {
  const { token } = c.get('asker')
  return isAdmin(c) || token?.tenants.includes(everyTenant) === true
}
