import { readFile } from 'node:fs/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { codeOf, messageOf, OperatingError } from '../lib/base/index.ts'
import type { ProblemAnswer } from '../query/index.ts'
import type { Asker } from './command.ts'
import type { Config } from './config.ts'

/** Where a token is asked for, commands show this one, or that of `--token`. */
const tokenVariable = 'MILLRACE_TOKEN'
/** Where the token is for several tenants, this one's data are asked for, or those of `--tenant`'s. */
const tenantVariable = 'MILLRACE_TENANT'

/** Whom to ask, and in whose name in place of what the environment says. */
export type ApiConfig = Pick<Config, 'query'> & Asker

export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>

const tenantHeader = 'x-scope-orgid'

export interface AskOptions {
  signal?: AbortSignal | undefined
  headers?: Readonly<Record<string, string>>
  /** In place of the configured one; '' for none. */
  token?: string | undefined
  /** The same of the tenant. */
  tenant?: string | undefined
}

/**
 * Asks the query API. Errors: QUERY_UNREACHABLE when nobody answers, NOT_SO where what is asked for is not there, QUERY_REFUSED with the API's own words, the place
 * in the query and the suggestion, and where the answer is about another tenant than was asked for.
 */
export async function ask(
  config: ApiConfig,
  path: string,
  parameters: Parameters,
  {
    signal,
    headers = {},
    token = config.token ?? process.env[tokenVariable],
    tenant = config.askedTenant ?? process.env[tenantVariable],
  }: AskOptions = {},
): Promise<Response> {
  const url = addressOf(config, path, parameters)
  if (url.protocol === 'https:') await trustAuthority(config)
  const sent = { ...headers, ...askerHeaders(token, tenant) }
  let response: Response
  try {
    response = await fetch(url, signal === undefined ? { headers: sent } : { headers: sent, signal })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    const why = messageOf((cause as { cause?: unknown }).cause ?? cause)
    const remedy = remedyFor(codeOf((cause as { cause?: unknown }).cause))
    throw new OperatingError('QUERY_UNREACHABLE', `no query API at ${url.host} (${why}): ${remedy}`, {
      cause,
    })
  }
  if (response.ok) return ofTenant(tenant, response)
  const isAbsent = response.status === 404
  throw new OperatingError(isAbsent ? 'NOT_SO' : 'QUERY_REFUSED', await refusalOf(response))
}

/** Where no tokens are asked for, everything is asked of one tenant, and the header is not looked at. */
function ofTenant(wanted = '', response: Response): Response {
  const tenant = response.headers.get(tenantHeader)
  if (wanted === '' || tenant === null || tenant === wanted) return response
  const message = `the answer would be about the tenant ${tenant}, not ${wanted}: no tokens are asked for, and without them all is asked of ${tenant}; set query.auth to token and make one with millrace tokens create NAME --tenants ${wanted}`
  throw new OperatingError('QUERY_REFUSED', message)
}

function askerHeaders(token = '', tenant = ''): Record<string, string> {
  return {
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    ...(tenant === '' ? {} : { [tenantHeader]: tenant }),
  }
}

/** The same, read as JSON. */
export async function askJson<T>(
  config: ApiConfig,
  path: string,
  parameters: Parameters,
  options?: AskOptions,
): Promise<T> {
  return (await (await ask(config, path, parameters, options)).json()) as T
}

function addressOf(config: Pick<Config, 'query'>, path: string, parameters: Parameters): URL {
  const { url: named, listen, tls } = config.query
  const base = named ?? `${tls === null ? 'http' : 'https'}://${listen}`
  // the address may have a path of its own, behind a proxy
  const url = new URL(`${base.replace(/\/$/, '')}${path}`)
  for (const [name, value] of Object.entries(parameters))
    for (const one of typeof value === 'string' ? [value] : (value ?? [])) url.searchParams.append(name, one)
  return url
}

/** Errors: TLS_UNUSABLE. */
async function trustAuthority({ query: { ca, tls } }: Pick<Config, 'query'>): Promise<void> {
  const file = ca ?? tls?.cert
  if (file === undefined) return
  try {
    setDefaultCACertificates([...getCACertificates('default'), await readFile(file, 'utf8')])
  } catch (cause) {
    const message = `cannot use ${file} (${messageOf(cause)}): set query.ca to a PEM file`
    throw new OperatingError('TLS_UNUSABLE', message, { cause })
  }
}

const untrusted = /CERT|SELF_SIGNED|ISSUER|SIGNATURE/

function remedyFor(code: string | undefined): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return 'ask it by a name that its certificate is for, with --set query.url=https://NAME:PORT'
  if (code !== undefined && untrusted.test(code))
    return 'name the PEM file of who signed its certificate, with --set query.ca=FILE'
  return 'start it (millrace up), or name another with --set query.listen=HOST:PORT, or query.url where it speaks TLS'
}

/** In the API's words, whichever of its tongues was asked. */
async function refusalOf(response: Response): Promise<string> {
  const remedy =
    response.status === 401
      ? `; commands take it from --token or the environment, ${tokenVariable}, and a tenant from --tenant or ${tenantVariable}`
      : ''
  const text = await response.text()
  try {
    const answer = JSON.parse(text) as Partial<ProblemAnswer> & { error?: string; message?: string }
    return (answer.title === undefined ? (answer.error ?? answer.message ?? text) : describe(answer)) + remedy
  } catch {
    // Loki's refusals are plain text
    return text.trim() + remedy
  }
}

function describe({ status, title, detail, position, suggestion }: Partial<ProblemAnswer>): string {
  // its title says no more
  if (status === 404) return detail ?? ''
  const place = position === undefined ? '' : ` at line ${position.line}, column ${position.column}`
  return `${title}${place}: ${detail}${suggestion === undefined ? '' : ` (${suggestion})`}`
}

export interface ServerSentEvent {
  event: string
  data: string
  /** Where the stream leaves off with it; '' where it does not say. */
  id: string
}

/** Server-sent events as they come. Source: HTML, server-sent events. */
export async function* events(response: Response): AsyncGenerator<ServerSentEvent> {
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

function parseEvent(block: string): ServerSentEvent {
  const fields = { event: 'message', data: '', id: '' }
  for (const line of block.split('\n')) {
    const at = line.indexOf(':')
    const name = line.slice(0, at)
    if (name === 'event' || name === 'data' || name === 'id') fields[name] = line.slice(at + 1).trimStart()
  }
  return fields
}
