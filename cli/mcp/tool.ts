import { z } from 'zod'
import { type ApiConfig, askJson, type Parameters } from '../http.ts'

/** Asks the query API in the name of whoever asked us. */
export type Ask = <T>(path: string, parameters: Parameters) => Promise<T>

/** One thing that an assistant may ask: a question, never a change. */
export interface Tool<S extends z.ZodObject = z.ZodObject> {
  name: string
  title: string
  description: string
  input: S
  run(input: z.output<S>, ask: Ask): Promise<object>
}

/** Keeps the types of a tool's input together. */
export function defineTool<S extends z.ZodObject>(tool: Tool<S>): Tool {
  return tool as unknown as Tool
}

const time = 'RFC 3339, Unix s, ms, µs or ns, now, or now-15m'

/** The time that a question is about. */
export const range = {
  start: z.string().default('now-1h').describe(`from then on: ${time}`),
  end: z.string().default('now').describe(`up to then: ${time}`),
}

export const logQuery = z
  .string()
  .default('')
  .describe('LogQL, as in {service="web", level="error"} |= "timeout", or plain words; empty: all lines')

/** As much as a page may have, and as much as an assistant can read. */
export function atMost(limit: number, usual: number) {
  return z.int().min(1).max(limit).default(usual)
}

/** Whose questions they are: '' for none, undefined for what the configuration or the environment says. */
export interface InNameOf {
  token: string | undefined
  tenant: string | undefined
}

/** The asker's token goes along, and the tenant that is meant. */
export function askerOf(config: ApiConfig, { token, tenant }: InNameOf): Ask {
  const timeoutMs = 60_000
  return async (path, parameters) =>
    await askJson(config, path, parameters, { token, tenant, signal: AbortSignal.timeout(timeoutMs) })
}
