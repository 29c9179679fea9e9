import type { Context } from 'hono'
import { limitsFor, readerOf, tenantOf } from '../../access/asker.ts'
import type { Limits } from '../../access/limits.ts'
import type { QueryContext } from '../../context.ts'
import type { StoreReader } from '../../store-reader.ts'
import { Parameters } from './parameters.ts'

/** A request to Loki's API, as its handlers need it. */
export interface Asked {
  c: Context
  context: QueryContext
  parameters: Parameters
  tenant: string
  limits: Limits
  reader: StoreReader
  signal: AbortSignal
}

/** Answers with a Response, or with what becomes one as JSON. Errors are Loki's to say (answer.ts). */
export type Handler = (asked: Asked) => Promise<object> | object

export async function askedOf(c: Context, context: QueryContext): Promise<Asked> {
  const parameters = await Parameters.of(c, context.clock.nowMs())
  return {
    c,
    context,
    parameters,
    tenant: tenantOf(c),
    limits: limitsFor(c),
    reader: readerOf(c),
    signal: c.req.raw.signal,
  }
}
