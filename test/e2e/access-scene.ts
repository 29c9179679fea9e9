import { makeToken, type Scope } from '../../query/access/token.ts'
import { changeTokens } from '../../query/access/token-file.ts'
import { type RowsScene, startRowsScene } from './rows-scene.ts'

/** When it was made. */
export const nowMs = Date.now()
const attributes = (values: Record<string, string>) =>
  Object.entries(values).map(([key, stringValue]) => ({ key, value: { stringValue } }))
/** Stands in everything that the other tenant has. */
export const marker = 'zq9secret'

/** What every tenant has: lines, with a template and fields, and a metric. */
function dataOf(tenant: string, word: string) {
  const resource = {
    attributes: attributes({
      'service.name': `${word}service`,
      'host.name': `${word}host`,
      'millrace.tenant': tenant,
      [`${word}resource`]: `${word}value`,
    }),
  }
  const nanos = (i: number) => String(BigInt(nowMs - 60_000 - i * 1000) * 1_000_000n)
  const logRecords = Array.from({ length: 20 }, (_, i) => ({
    timeUnixNano: nanos(i),
    severityText: 'error',
    body: { stringValue: `${word}body number ${i} of all` },
    attributes: attributes({ [`${word}key`]: `${word}value` }),
  }))
  const dataPoints = [{ timeUnixNano: nanos(1), asInt: '7' }]
  return {
    logs: { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] },
    metrics: {
      resourceMetrics: [
        { resource, scopeMetrics: [{ metrics: [{ name: `${word}metric`, gauge: { dataPoints } }] }] },
      ],
    },
  }
}

/** Whatever any route may be asked with, so that it answers with data where it has some. */
export const everything: Record<string, string> = {
  query: '{service_name=~".+"}',
  'match[]': '{}',
  fields: '',
  start: new Date(nowMs - 3_600_000).toISOString(),
  end: new Date(nowMs + 60_000).toISOString(),
  time: new Date(nowMs).toISOString(),
  step: '60s',
  path: '/',
  host: '',
}

export interface AccessScene extends RowsScene {
  /** Of tokens, by their names. */
  secrets: Record<string, string>
  bearer(name: string): Record<string, string>
  ask(path: string, headers: Record<string, string>, init?: RequestInit): Promise<Response>
}

/** Three tenants with data of their own, and tokens for them. */
export async function startAccessScene(): Promise<AccessScene> {
  const secrets: Record<string, string> = {}
  const scene = await startRowsScene({
    query: { auth: 'token', limits: { tenants: { small: { rowsRead: 5, points: 10 } } } },
  })
  const token = async (name: string, tenants: string[], scopes: Scope[] = ['read']) => {
    const { token: made, secret } = makeToken({ name, tenants, scopes, expiresMs: null }, nowMs)
    await changeTokens(scene.config.dataDir, tokens => [...tokens, made])
    secrets[name] = secret
  }
  await token('mine', ['mine'])
  await token('theirs', ['theirs'])
  await token('both', ['mine', 'theirs'])
  await token('small', ['small'])
  await token('admin', ['*'], ['admin'])
  for (const [tenant, word] of [
    ['mine', 'mine'],
    ['theirs', marker],
    ['small', 'small'],
  ] as const) {
    const data = dataOf(tenant, word)
    await scene.insert('logs', data.logs)
    await scene.insert('metrics', data.metrics)
  }
  return {
    ...scene,
    secrets,
    bearer: name => ({ authorization: `Bearer ${secrets[name]}` }),
    ask: async (path, headers, init = {}) => await scene.request(path, { ...init, headers }),
  }
}

/** A path with whatever it may be asked with. */
export function withRange(path: string, range = everything): string {
  const all = '{__name__=~".+"}'
  const isMetrics = path.startsWith('/prometheus') || path.startsWith('/api/metrics')
  return `${path}?${new URLSearchParams({ ...range, ...(isMetrics ? { query: all, 'match[]': all } : {}) })}`
}
