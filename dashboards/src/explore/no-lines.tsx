import { Link } from 'wouter'
import { Empty } from '../ui/empty.tsx'
import type { Range } from '../ui/range.ts'

const waysToSend = [
  { what: 'realistic load', command: 'npm run -s millrace -- demo' },
  { what: 'from an OpenTelemetry SDK', command: 'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318' },
  {
    what: 'files of your own, in millrace.yaml',
    command: 'agent: { sources: [{ type: file, include: [/var/log/app/*.log] }] }',
  },
]

/** Nothing found: what to do next, with commands to copy. */
export function NoLines({ view }: { view: Range & { query: string } }) {
  const wider = new URLSearchParams({ ...(view.query === '' ? {} : { query: view.query }), start: 'now-24h' })
  return (
    <Empty title="No lines here" commands={waysToSend}>
      {view.start === 'now-24h' ? null : (
        <p>
          <Link href={`/explore?${wider}`}>Look at the last 24 hours</Link>
        </p>
      )}
      {view.query !== '' && (
        <p>
          <Link href="/explore">Look at all lines</Link>
        </p>
      )}
      <p>To send some:</p>
    </Empty>
  )
}
