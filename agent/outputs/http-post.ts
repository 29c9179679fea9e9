import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { notTaken, refusedForGood } from './refused.ts'

const gzipAsync = promisify(gzip)
const timeoutMs = 10_000
/** The longest wait that a Retry-After is believed. */
const maxRetryAfterMs = 60_000

/** Answers that say "send again": the rest of 4xx are for good. */
const again: ReadonlySet<number> = new Set([401, 403, 404, 408, 425, 429])

/** Posts a body, gzipped. Errors: OUTPUT_UNAVAILABLE, OUTPUT_REFUSED (400, 413, 415, 422 and their like). */
export async function postHttp(
  url: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const response = await ask(url, body, headers)
  const text = (await response.text()).slice(0, 300)
  if (response.ok) return
  const message = `${url} answered with status ${response.status}: ${text}`
  if (response.status < 500 && !again.has(response.status)) throw refusedForGood(message)
  const seconds = Number(response.headers.get('retry-after') ?? 0)
  if (seconds > 0)
    await new Promise(resolve => setTimeout(resolve, Math.min(maxRetryAfterMs, seconds * 1_000)))
  throw notTaken(message)
}

async function ask(
  url: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      body: new Uint8Array(await gzipAsync(body)),
      headers: { 'content-encoding': 'gzip', ...headers },
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    const reason = (cause as { cause?: { message?: string } }).cause?.message ?? (cause as Error).message
    throw notTaken(`cannot reach ${url}: ${reason}`)
  }
}
