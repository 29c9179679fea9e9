import { Link } from 'wouter'
import type { View } from '../url-state.ts'
import styles from './empty-state.module.css'

/** Nothing found: what to do next, with commands to copy. */
export function EmptyState({ view }: { view: View }) {
  const wider = new URLSearchParams({ ...(view.query === '' ? {} : { query: view.query }), start: 'now-24h' })
  return (
    <div className={styles['empty']}>
      <h2>No lines here</h2>
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
      <dl>
        <dt>realistic load</dt>
        <dd>
          <code>npm run -s millrace -- demo</code>
        </dd>
        <dt>from an OpenTelemetry SDK</dt>
        <dd>
          <code>OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318</code>
        </dd>
        <dt>files of your own</dt>
        <dd>
          <code>{'agent: { sources: [{ type: file, include: [/var/log/app/*.log] }] }'}</code> in
          millrace.yaml
        </dd>
      </dl>
    </div>
  )
}
