import type { ProblemAnswer } from '../../../query/index.ts'
import { parseExact } from '../explore/text/exact.ts'
import { withTenant } from '../ui/tenant.ts'
import { readProblem } from './problem.ts'

/** What the API says is wrong, with the place in the query where it knows it. */
export class ApiError extends Error {
  readonly problem: ProblemAnswer
  /** Of several that were asked together, the one that is wrong. */
  query?: string
  constructor(problem: ProblemAnswer) {
    super(problem.detail)
    this.problem = problem
  }
}

export type Parameters = Record<string, string | number | boolean | undefined>

/** An address of the API with what is asked, of the tenant that is shown; parameters that are undefined are left out. */
export function addressOf(path: string, parameters: Parameters = {}): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined)
  if (given.length === 0) return withTenant(path)
  return withTenant(`${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`)
}

/** Errors: ApiError for every answer that is not 2xx. */
export async function get<T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> {
  return await ask<T>(addressOf(path, parameters), signal === undefined ? {} : { signal })
}

/** The same where values are somebody else's JSON: no number of it is changed. */
export async function getExact<T>(path: string, parameters: Parameters, signal: AbortSignal): Promise<T> {
  const response = await answerTo(addressOf(path, parameters), { signal })
  return parseExact(await response.text()) as T
}

/** Asks for a change. Errors: ApiError for every answer that is not 2xx. */
export async function send<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const address = addressOf(path)
  if (body === undefined) return await ask<T>(address, { method })
  const headers = { 'content-type': 'application/json' }
  return await ask<T>(address, { method, headers, body: JSON.stringify(body) })
}

async function ask<T>(address: string, init: RequestInit): Promise<T> {
  const response = await answerTo(address, init)
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  return (isJson ? await response.json() : undefined) as T
}

async function answerTo(address: string, init: RequestInit): Promise<Response> {
  const response = await fetch(address, init)
  if (!response.ok) {
    const contentType = response.headers.get('content-type') ?? ''
    throw new ApiError(readProblem(response.status, contentType, await response.text()))
  }
  return response
}
