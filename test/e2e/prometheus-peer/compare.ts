export interface Request {
  /** Behind `/api/v1/`, else from `/` on. */
  path: string
  parameters: Record<string, string> | [name: string, value: string][]
  method?: string
}

export interface Reply {
  status: number
  /** What two answers must have in common. */
  content: unknown
  text: string
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

/** Where two answers first differ; undefined where they say the same. */
export function difference(ours: Reply, theirs: Reply): string | undefined {
  if (ours.status !== theirs.status)
    return `status ${ours.status} (${short(ours.text)}) instead of ${theirs.status} (${short(theirs.text)})`
  return differenceOf(ours.content, theirs.content, '')
}

function differenceOf(ours: unknown, theirs: unknown, at: string): string | undefined {
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    for (let i = 0; i < Math.min(ours.length, theirs.length); i++) {
      const found = differenceOf(ours[i], theirs[i], `${at}[${i}]`)
      if (found !== undefined) return `${found} (${ours.length} of ${theirs.length})`
    }
    if (ours.length === theirs.length) return undefined
    const rest = ours.length > theirs.length ? ['more', ours[theirs.length]] : ['less', theirs[ours.length]]
    return `${at}: ${ours.length} instead of ${theirs.length}, ${rest[0]} ${short(JSON.stringify(rest[1]))}`
  }
  if (isRecord(ours) && isRecord(theirs)) return differentKeys(ours, theirs, at)
  if (isSameNumber(ours, theirs) || JSON.stringify(ours) === JSON.stringify(theirs)) return undefined
  return `${at}: ${short(JSON.stringify(ours))} instead of ${short(JSON.stringify(theirs))}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function differentKeys(ours: Record<string, unknown>, theirs: Record<string, unknown>, at: string) {
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
  const found = [...keys].flatMap(key => differenceOf(ours[key], theirs[key], `${at}.${key}`) ?? [])
  return found.length === 0 ? undefined : found.join('; ')
}

/** Sums come out of another order of adding up. */
function isSameNumber(ours: unknown, theirs: unknown): boolean {
  if (typeof ours !== 'string' || typeof theirs !== 'string' || ours === '' || theirs === '') return false
  const [a, b] = [Number(ours), Number(theirs)]
  return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b))
}

const short = (text: string | undefined) => (text ?? 'nothing').trim().slice(0, 400)
