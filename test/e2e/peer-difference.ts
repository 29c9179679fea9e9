/** What one of two systems answered. */
export interface Reply {
  status: number
  /** What two answers must have in common, in an order of its own. */
  content: unknown
  text: string
}

/** Two systems that were sent the same, and how one of them is asked. */
export interface Peers<Request> {
  ours: string
  theirs: string
  ask(url: string, request: Request): Promise<Reply>
}

/** The questions that the two answer otherwise, each with where. `tolerance`: see `difference`. */
export async function differences<Request extends { path: string; parameters: unknown }>(
  { ours, theirs, ask }: Peers<Request>,
  requests: readonly Request[],
  tolerance: number,
): Promise<string[]> {
  const different: string[] = []
  for (const request of requests) {
    const [mine, other] = await Promise.all([ask(ours, request), ask(theirs, request)])
    const found = difference(mine, other, tolerance)
    if (found !== undefined) different.push(`${request.path} ${JSON.stringify(request.parameters)}: ${found}`)
  }
  return different
}

/**
 * Where two answers first differ; undefined where they say the same. Numbers written as texts may be apart by so much of
 * themselves: sums come out of another order of adding up.
 */
function difference(ours: Reply, theirs: Reply, tolerance: number): string | undefined {
  if (ours.status !== theirs.status)
    return `status ${ours.status} (${short(ours.text)}) instead of ${theirs.status} (${short(theirs.text)})`
  return new Comparison(tolerance).of(ours.content, theirs.content, '')
}

class Comparison {
  readonly #tolerance: number

  constructor(tolerance: number) {
    this.#tolerance = tolerance
  }

  of(ours: unknown, theirs: unknown, at: string): string | undefined {
    if (Array.isArray(ours) && Array.isArray(theirs)) return this.#lists(ours, theirs, at)
    if (isRecord(ours) && isRecord(theirs)) return this.#records(ours, theirs, at)
    if (this.#isSameNumber(ours, theirs) || JSON.stringify(ours) === JSON.stringify(theirs)) return undefined
    return `${at}: ${short(JSON.stringify(ours))} instead of ${short(JSON.stringify(theirs))}`
  }

  #lists(ours: unknown[], theirs: unknown[], at: string): string | undefined {
    for (let i = 0; i < Math.min(ours.length, theirs.length); i++) {
      const found = this.of(ours[i], theirs[i], `${at}[${i}]`)
      if (found !== undefined) return `${found} (${ours.length} of ${theirs.length})`
    }
    if (ours.length === theirs.length) return undefined
    const rest = ours.length > theirs.length ? ['more', ours[theirs.length]] : ['less', theirs[ours.length]]
    return `${at}: ${ours.length} instead of ${theirs.length}, ${rest[0]} ${short(JSON.stringify(rest[1]))}`
  }

  #records(ours: Record<string, unknown>, theirs: Record<string, unknown>, at: string): string | undefined {
    const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)])
    const found = [...keys].flatMap(key => this.of(ours[key], theirs[key], `${at}.${key}`) ?? [])
    return found.length === 0 ? undefined : found.join('; ')
  }

  #isSameNumber(ours: unknown, theirs: unknown): boolean {
    if (typeof ours !== 'string' || typeof theirs !== 'string' || ours === '' || theirs === '') return false
    const [a, b] = [Number(ours), Number(theirs)]
    return Math.abs(a - b) <= this.#tolerance * Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE)
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const short = (text: string | undefined) => (text ?? 'nothing').trim().slice(0, 400)
