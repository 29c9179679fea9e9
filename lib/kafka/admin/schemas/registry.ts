import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { messageOf, OperatingError } from '../../../base/index.ts'

/** Where schemas are kept, and who asks: with a name and a password, or a token. */
export interface SchemaRegistryConfig {
  /** As in http://registry:8081, or with a path. */
  url: string
  username: string | null
  password: string | null
  token: string | null
  timeoutMs: number
}

export type SchemaType = 'AVRO' | 'PROTOBUF' | 'JSON'

export interface RegisteredSchema {
  id: number
  type: SchemaType
  text: string
  /** Schemas that it names, each with its own before it. */
  references: { name: string; text: string }[]
}

export interface SchemaRegistry {
  /** Errors: SCHEMA_UNKNOWN, REGISTRY_REFUSED, REGISTRY_UNREACHABLE, REGISTRY_ANSWER. */
  schema(id: number): Promise<RegisteredSchema>
}

const answerForm = z.object({
  schema: z.string(),
  schemaType: z.enum(['AVRO', 'PROTOBUF', 'JSON']).default('AVRO'),
  references: z
    .array(z.object({ name: z.string(), subject: z.string(), version: z.int() }))
    .nullish()
    .transform(given => given ?? []),
})
type Answer = z.output<typeof answerForm>

const maxSchemas = 1_000
const maxReferences = 200
const maxAnswerBytes = 4_194_304
/** Ids never change what they mean; what failed is asked again after a while. */
const failedMs = 5_000

/**
 * A registry that speaks Confluent's HTTP API (Confluent, Apicurio, Karapace, Redpanda). Keeps the last thousand schemas. Where it
 * does not answer it is let alone for five seconds, so that a page of records waits for one deadline and not for hundreds.
 */
export function openSchemaRegistry(
  config: SchemaRegistryConfig,
  { fetch: ask = fetch, nowMs = Date.now }: { fetch?: typeof fetch; nowMs?: () => number } = {},
): SchemaRegistry {
  const schemas = new LRUCache<number, Promise<RegisteredSchema>>({ max: maxSchemas })
  let away: { error: unknown; untilMs: number } | undefined
  const get = async (path: string): Promise<Answer> => {
    if (away !== undefined && nowMs() < away.untilMs) throw away.error
    try {
      const answer = await getAnswer(ask, config, path)
      away = undefined
      return answer
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === 'REGISTRY_UNREACHABLE' || code === 'REGISTRY_REFUSED')
        away = { error, untilMs: nowMs() + failedMs }
      throw error
    }
  }
  return {
    schema: id => {
      const known = schemas.get(id)
      if (known !== undefined) return known
      const asked = read(get, id)
      schemas.set(id, asked)
      asked.catch(() => setTimeout(() => schemas.delete(id), failedMs).unref())
      return asked
    },
  }
}

async function read(get: (path: string) => Promise<Answer>, id: number): Promise<RegisteredSchema> {
  const { schema: text, schemaType: type, references } = await get(`schemas/ids/${id}`)
  const found = new Map<string, string>()
  const collect = async (wanted: Answer['references']): Promise<void> => {
    for (const { name, subject, version } of wanted) {
      if (found.has(name)) continue
      if (found.size >= maxReferences)
        throw new OperatingError('REGISTRY_ANSWER', `schema ${id} has more than ${maxReferences} references`)
      const one = await get(`subjects/${encodeURIComponent(subject)}/versions/${version}`)
      found.set(name, one.schema)
      await collect(one.references)
      // what it names itself is to come before it
      found.delete(name)
      found.set(name, one.schema)
    }
  }
  await collect(references)
  return { id, type, text, references: [...found].map(([name, own]) => ({ name, text: own })) }
}

async function getAnswer(ask: typeof fetch, config: SchemaRegistryConfig, path: string): Promise<Answer> {
  const { url, timeoutMs } = config
  const address = new URL(path, url.endsWith('/') ? url : `${url}/`)
  const headers = {
    accept: 'application/vnd.schemaregistry.v1+json, application/json',
    ...authorization(config),
  }
  const signal = AbortSignal.timeout(timeoutMs)
  const { status, text } = await reached(address, timeoutMs, async () => {
    const response = await ask(address, { headers, signal, redirect: 'error' })
    return { status: response.status, text: await boundedText(response) }
  })
  if (status === 404)
    throw new OperatingError('SCHEMA_UNKNOWN', `the schema registry ${address.host} has no ${named(path)}`)
  if (status === 401 || status === 403)
    throw new OperatingError(
      'REGISTRY_REFUSED',
      `the schema registry ${address.host} refuses us (${status}): look at username, password and token of query.schemaRegistry`,
    )
  if (status >= 400)
    throw new OperatingError('REGISTRY_ANSWER', `the schema registry ${address.host} answered ${status}`)
  return parsed(text, address)
}

function parsed(text: string, { host, pathname }: URL): Answer {
  try {
    return answerForm.parse(JSON.parse(text))
  } catch (cause) {
    throw new OperatingError('REGISTRY_ANSWER', `${host}${pathname} is no schema registry's answer`, {
      cause,
    })
  }
}

async function reached<T>({ host }: URL, timeoutMs: number, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (cause) {
    const why =
      (cause as Error).name === 'TimeoutError'
        ? `no answer within ${timeoutMs} ms`
        : messageOf((cause as { cause?: unknown }).cause ?? cause)
    throw new OperatingError(
      'REGISTRY_UNREACHABLE',
      `the schema registry ${host} cannot be asked (${why}): look at query.schemaRegistry.url`,
      { cause },
    )
  }
}

function authorization({ username, password, token }: SchemaRegistryConfig): Record<string, string> {
  if (token !== null) return { authorization: `Bearer ${token}` }
  if (username === null) return {}
  return { authorization: `Basic ${Buffer.from(`${username}:${password ?? ''}`).toString('base64')}` }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > maxAnswerBytes) throw new Error(`an answer of more than ${maxAnswerBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function named(path: string): string {
  const [kind, name = '', , version = ''] = path.split('/')
  return kind === 'schemas'
    ? `schema ${path.split('/')[2]}`
    : `subject ${decodeURIComponent(name)} in version ${version}`
}
