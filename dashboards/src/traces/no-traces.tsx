import controls from '../ui/controls.module.css'
import { Empty } from '../ui/empty.tsx'
import type { ChangeTraces } from './view.ts'

const ways = [
  { what: 'realistic load, with traces', command: 'npm run -s millrace -- demo' },
  { what: 'from an OpenTelemetry SDK', command: 'OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318' },
]

interface Properties {
  title: string
  /** Of the range that was looked at. */
  start: string
  onChange: ChangeTraces
}

/** No span in a range: a longer one, and how to send some. */
export function NoTraces({ title, start, onChange }: Properties) {
  return (
    <Empty title={title} commands={ways}>
      {start !== 'now-24h' && (
        <p>
          <button
            type="button"
            className={controls['link']}
            onClick={() => onChange({ start: 'now-24h', end: 'now' })}
          >
            Look at the last 24 hours
          </button>
        </p>
      )}
      <p>To send some:</p>
    </Empty>
  )
}
