import type { Context } from 'hono'
import type { StoreReader } from '../store-reader.ts'

/** Who asks. */
export interface Asker {
  /** Whose data are asked about: the one thing that decides what a request may see. */
  tenant: string
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
