import type { Reply } from '../peer-difference.ts'

export interface Request {
  /** Behind `/api/v1/`, else from `/` on. */
  path: string
  parameters: Record<string, string> | [name: string, value: string][]
  method?: string
}

/** Asks one of the two, and brings the answer into a form in which it can be compared. */
export async function ask(url: string, { path, parameters, method = 'GET' }: Request): Promise<Reply> {
  const address = path.startsWith('/') ? `${url}${path}` : `${url}/api/v1/${path}`
  const all = new URLSearchParams(parameters)
  const response = await (method === 'GET'
    ? fetch(`${address}?${all}`)
    : fetch(address, { method, body: all }))
  const text = await response.text()
  return { status: response.status, content: contentOf(response, path, parameters, text), text }
}

function contentOf(
  response: Response,
  path: string,
  parameters: Request['parameters'],
  text: string,
): unknown {
  const kind = response.headers.get('content-type')
  if (kind?.startsWith('application/json') !== true) return [kind, ...(response.ok ? text.split('\n') : [])]
  const answer = JSON.parse(text) as Answer
  // what an error says is in words of its own
  if (answer.status !== 'success') return { status: answer.status, errorType: answer.errorType }
  const { data, warnings = [], infos = [] } = answer
  const query = new URLSearchParams(parameters).get('query') ?? ''
  return { data: dataOf(path, query, data), warnings: warnings.toSorted(), infos: infos.toSorted() }
}

interface Answer {
  status: string
  errorType?: string
  data?: unknown
  warnings?: string[]
  infos?: string[]
}

/** The order of an instant vector means something only where it was sorted. */
function dataOf(path: string, query: string, data: unknown): unknown {
  const result = (data as { result?: unknown } | undefined)?.result
  if (path !== 'query' || /^(sort|topk|bottomk)/.test(query) || !Array.isArray(result)) return data
  return { ...(data as object), result: result.toSorted(byMetric) }
}

function byMetric(a: { metric?: object }, b: { metric?: object }): number {
  const key = ({ metric = {} }: { metric?: object }) => JSON.stringify(Object.entries(metric).sort())
  return key(a) < key(b) ? -1 : 1
}
