import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { getLogs } from '../api/logs.ts'
import { Empty } from '../ui/empty.tsx'
import { toMs } from '../ui/format.ts'
import type { Range } from '../ui/range.ts'
import { useTimes } from '../ui/times.ts'

const waysToSend = [
  { what: 'realistic load', command: 'npm run -s millrace -- demo' },
  { what: 'from an OpenTelemetry SDK', command: 'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318' },
  {
    what: 'files of your own, in millrace.yaml',
    command: 'agent: { sources: [{ type: file, include: [/var/log/app/*.log] }] }',
  },
]

/** So far back is looked for a line, and so much around it is shown. */
const lookBack = '30d'
const aroundMs = 30 * 60_000

/** Nothing found: when there last was something, or what to do next, with commands to copy. */
export function NoLines({ view }: { view: Range & { query: string } }) {
  const { query } = view
  const newest = useNewest(query)
  const isEmpty = query === '' && newest.data === null
  return (
    <Empty title="No lines here" commands={isEmpty ? waysToSend : []}>
      <p>
        {newest.data === undefined && newest.error === null && 'Looking for the newest one before…'}
        {newest.data === null &&
          `Nor ${query === '' ? 'are there any' : 'does any match'} in the last 30 days.`}
        {typeof newest.data === 'number' && <Newest query={query} ms={newest.data} />}
      </p>
      {query !== '' && (
        <p>
          <Link href="/explore">Look at all lines</Link>
        </p>
      )}
      {isEmpty && <p>To send some:</p>}
    </Empty>
  )
}

function Newest({ query, ms }: { query: string; ms: number }) {
  const times = useTimes()
  const around = new URLSearchParams({
    ...(query === '' ? {} : { query }),
    start: String(ms - aroundMs),
    end: String(ms + aroundMs),
  })
  return (
    <>
      The newest {query === '' ? 'line' : 'that matches'} is from{' '}
      <Link href={`/explore?${around}`}>{times.dateTime(ms)}</Link>.
    </>
  )
}

/** Unix milliseconds of the newest line, or null; what cannot be answered is no news. */
function useNewest(query: string) {
  const range = { query, start: `now-${lookBack}`, end: 'now' }
  return useQuery({
    queryKey: ['newest', query],
    queryFn: async ({ signal }) => {
      const { logs } = await getLogs(range, { cursor: undefined, limit: 1, direction: 'backward' }, signal)
      return logs[0] === undefined ? null : toMs(logs[0].timestamp)
    },
  })
}
