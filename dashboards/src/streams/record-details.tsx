import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { StreamMessage } from '../../../query/index.ts'
import { getRecord, messageBytes } from '../api/streams.ts'
import controls from '../ui/controls.module.css'
import { CopyButton } from '../ui/copy-button.tsx'
import { formatBytes } from '../ui/format.ts'
import { Note } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import styles from './message-table.module.css'
import { written } from './summary.ts'

type Part = StreamMessage['value']

interface Properties {
  topic: string
  /** How keys and values are read. */
  format: string
  /** As a list has it: of what is long the beginning. */
  message: StreamMessage
}

/** One record to be read in full: what the list has only the beginning of is asked for. */
export function RecordDetails({ topic, format, message }: Properties) {
  const { partition, offset } = message
  const whole = useQuery({
    queryKey: ['record', topic, partition, offset, format],
    queryFn: ({ signal }) => getRecord(topic, { partition, offset, format }, signal),
    enabled: message.value.cut || message.key.cut,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const { headers, key, value } = whole.data ?? message
  return (
    <aside className={styles['details']} aria-label="Record">
      <h2>
        Partition {message.partition}, offset {message.offset}
      </h2>
      <Link href={addressOf(topic, format, message)} className={controls['link'] ?? ''}>
        Link to this record
      </Link>
      {whole.isFetching && <Note>Reading all of it…</Note>}
      {whole.error !== null && <Problem error={whole.error} onRetry={() => void whole.refetch()} />}
      {headers.length > 0 && (
        <dl className={styles['headers']}>
          {headers.map(header => (
            <div key={header.key + header.value}>
              <dt>{header.key}</dt>
              <dd>{header.value}</dd>
            </div>
          ))}
        </dl>
      )}
      {key.format !== 'null' && <Value title="Key" part={key} href={messageBytes(topic, message, 'key')} />}
      <Value title="Value" part={value} href={messageBytes(topic, message, 'value')} />
    </aside>
  )
}

/** It shows the same to whoever opens it, however much is written after it. */
function addressOf(topic: string, format: string, { partition, offset }: StreamMessage): string {
  const asked = {
    partition: String(partition),
    from: `offset:${offset}`,
    record: `${partition}-${offset}`,
    format,
  }
  return `/streams/topics/${encodeURIComponent(topic)}?${new URLSearchParams(asked)}`
}

function Value({ title, part, href }: { title: string; part: Part; href: string }) {
  const text = written(part, 2)
  return (
    <section>
      <h3>
        {title}{' '}
        <small>
          {part.format}
          {part.schema !== null && ` ${part.schema.name}, schema ${part.schema.id}`},{' '}
          {formatBytes(part.bytes)}
          {part.cut && ', its beginning'}
        </small>{' '}
        <CopyButton quiet text={text}>
          Copy
        </CopyButton>{' '}
        {part.format !== 'null' && (
          <a href={href} download className={controls['link']}>
            {part.cut ? 'Download all of it' : 'Download'}
          </a>
        )}
      </h3>
      {part.why !== null && <p role="status">Not read by its schema: {part.why}</p>}
      <pre className={styles['whole']}>{text}</pre>
    </section>
  )
}
