import { messageOf, OperatingError } from '../lib/base/index.ts'
import type { ProblemAnswer } from '../query/index.ts'
import type { Config } from './config.ts'

/** Where a token is asked for, commands show this one. */
const tokenVariable = 'MILLRACE_TOKEN'

/**
 * Asks the query API. Errors: QUERY_UNREACHABLE when nobody answers, QUERY_REFUSED with the API's own words, the place
 * in the query and the suggestion.
 */
export async function ask(
  config: Config,
  path: string,
  parameters: Record<string, string | undefined>,
  signal?: AbortSignal,
): Promise<Response> {
  const url = new URL(path, `http://${config.query.listen}`)
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(name, value)
  const token = process.env[tokenVariable]
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  let response: Response
  try {
    response = await fetch(url, signal === undefined ? { headers } : { headers, signal })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    const why = messageOf((cause as { cause?: unknown }).cause ?? cause)
    const remedy = 'start it (millrace up), or name another with --set query.listen=HOST:PORT'
    throw new OperatingError('QUERY_UNREACHABLE', `no query API at ${url.host} (${why}): ${remedy}`, {
      cause,
    })
  }
  if (response.ok) return response
  const remedy = response.status === 401 ? `; commands take it from the environment, ${tokenVariable}` : ''
  throw new OperatingError('QUERY_REFUSED', describe((await response.json()) as ProblemAnswer) + remedy)
}

function describe({ title, detail, position, suggestion }: ProblemAnswer): string {
  const place = position === undefined ? '' : ` at line ${position.line}, column ${position.column}`
  return `${title}${place}: ${detail}${suggestion === undefined ? '' : ` (${suggestion})`}`
}

/** Server-sent events as they come: `event` and `data` of each. */
export async function* events(response: Response): AsyncGenerator<{ event: string; data: string }> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield parseEvent(text.slice(0, end))
      text = text.slice(end + 2)
    }
  }
}

function parseEvent(block: string): { event: string; data: string } {
  const fields = { event: 'message', data: '' }
  for (const line of block.split('\n')) {
    const at = line.indexOf(':')
    const name = line.slice(0, at)
    if (name === 'event' || name === 'data') fields[name] = line.slice(at + 1).trimStart()
  }
  return fields
}
