import type { LogsAnswer } from '../../../query/index.ts'
import type { Config } from '../../config.ts'
import { askJson } from '../../http.ts'
import { formatDuration } from '../../human.ts'
import { note } from '../../terminal/output.ts'
import { msOf, shortTime } from '../../time-range.ts'
import type { Search } from './pages.ts'

const lookBack = '30d'
const lookBackMs = 30 * 86_400_000
/** The search itself has taken a while. */
const recentMs = 60_000

/** That there is nothing is an answer: with when there last was something, and to when it is complete. */
export async function sayNothingFound(
  config: Config,
  search: Search,
  completeTo: string | null,
  signal: AbortSignal,
): Promise<void> {
  await sayWhatThereIs(config, search, signal)
  note(completenessText(completeTo, Date.now()))
}

function completenessText(completeTo: string | null, nowMs: number): string {
  if (completeTo === null)
    return 'how complete this is nobody knows: no agent has reported, or had anything acknowledged yet: see millrace status'
  const ms = msOf(completeTo)
  return `complete to ${shortTime(ms)} (${formatDuration(Math.max(0, nowMs - ms) / 1000)} ago): what was written later may still come`
}

async function sayWhatThereIs(config: Config, search: Search, signal: AbortSignal): Promise<void> {
  const newest = await newestOf(config, search.query, signal)
  const what = search.query === '' ? 'nothing' : 'nothing matches'
  if (newest !== undefined) {
    const ago = formatDuration(Math.max(0, Date.now() - newest) / 1000)
    note(`${what} in ${search.words}, newest is from ${shortTime(newest)} (${ago} ago)`)
    return
  }
  const beyond = isWithin(search, Date.now()) ? '' : ', nor in the last 30 days'
  const isAny = search.query !== '' && (await newestOf(config, '', signal)) !== undefined
  note(
    isAny
      ? `${what} in ${search.words}${beyond}: see millrace labels for what there is`
      : `nothing in ${search.words}${beyond}: see millrace status`,
  )
}

/** Whether a search has looked at all that is looked back at. */
function isWithin({ startMs, endMs }: Search, nowMs: number): boolean {
  return startMs <= nowMs - lookBackMs && endMs >= nowMs - recentMs
}

async function newestOf(config: Config, query: string, signal: AbortSignal): Promise<number | undefined> {
  const asked = { query, start: `now-${lookBack}`, end: 'now', limit: '1', fields: 'level' }
  const { logs } = await askJson<LogsAnswer>(config, '/api/logs', asked, { signal })
  return logs[0] === undefined ? undefined : msOf(logs[0].timestamp)
}
