import type { LogsAnswer } from '../../../query/index.ts'
import type { Config } from '../../config.ts'
import { askJson } from '../../http.ts'
import { formatCount } from '../../human.ts'
import { Progress } from '../../terminal/progress.ts'
import { msOf, shortTime, type TimeRange } from '../../time-range.ts'

export interface Search extends TimeRange {
  query: string
  /** Infinite for all lines. */
  limit: number
  /** The oldest lines, where not all are wanted. */
  isForward: boolean
  /** Fields that are needed, so that no others are read; none: all. */
  fields?: readonly string[]
}

/** As much as the API gives at once. */
const pageLines = 5_000

/**
 * The lines of a search, oldest first, page by page and never more than one page in memory; except of the newest ones out of
 * many, which have to be read before the first can be shown.
 */
export async function* pagesOf(
  config: Config,
  search: Search,
  signal: AbortSignal,
): AsyncGenerator<LogsAnswer> {
  const isForward = search.isForward || search.limit === Number.POSITIVE_INFINITY
  const progress = new Progress()
  const pages = read(config, search, isForward ? 'forward' : 'backward', progress, signal)
  if (isForward) yield* pages
  else yield* (await reversed(pages)) as LogsAnswer[]
  progress.clear()
}

async function reversed(pages: AsyncGenerator<LogsAnswer>): Promise<LogsAnswer[]> {
  const all: LogsAnswer[] = []
  for await (const page of pages) all.push({ ...page, logs: page.logs.reverse() })
  return all.reverse()
}

async function* read(
  config: Config,
  { query, start, end, limit, fields = [] }: Search,
  direction: 'forward' | 'backward',
  progress: Progress,
  signal: AbortSignal,
): AsyncGenerator<LogsAnswer> {
  let cursor: string | undefined
  let count = 0
  while (count < limit) {
    const asked = {
      query,
      start,
      end,
      direction,
      cursor,
      limit: String(Math.min(pageLines, limit - count)),
      fields: fields.length === 0 ? undefined : fields.join(','),
    }
    const page = await askJson<LogsAnswer>(config, '/api/logs', asked, { signal })
    count += page.logs.length
    const last = page.logs.at(-1)
    yield page
    if (page.next === null || last === undefined) return
    cursor = page.next
    progress.say(
      `${formatCount(count)} lines, ${direction === 'forward' ? 'up' : 'back'} to ${shortTime(msOf(last.timestamp))}`,
    )
  }
}
