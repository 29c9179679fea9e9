import { useState } from 'react'
import type { StreamMessage } from '../../../query/index.ts'
import { messageBytes } from '../api/streams.ts'
import controls from '../ui/controls.module.css'
import { CopyButton } from '../ui/copy-button.tsx'
import { formatBytes, formatSpan } from '../ui/format.ts'
import { Table } from '../ui/table.tsx'
import { useTimes } from '../ui/times.ts'
import styles from './message-table.module.css'
import { summaryOf, written } from './summary.ts'

type Part = StreamMessage['value']

const idOf = ({ partition, offset }: StreamMessage) => `${partition}-${offset}`

/** Records with the beginning of their values; one opens to be read in full. */
export function MessageTable({ topic, messages }: { topic: string; messages: readonly StreamMessage[] }) {
  const times = useTimes()
  const [opened, setOpened] = useState<string>()
  const open = messages.find(message => idOf(message) === opened)
  return (
    <div className={styles['both']}>
      <div className={styles['list']}>
        <Table
          label="Records"
          columns={[
            {
              title: 'Time',
              show: message => (
                <span
                  className={styles['time']}
                  title={`${formatSpan(Math.max(0, Date.now() - message.timestampMs))} ago`}
                >
                  {times.exact(message.timestampMs)}
                </span>
              ),
              sort: m => m.timestampMs,
            },
            {
              title: 'Partition',
              show: message => message.partition,
              sort: m => m.partition,
              align: 'right',
            },
            { title: 'Offset', show: message => message.offset, sort: m => m.offset, align: 'right' },
            {
              title: 'Key',
              show: message => <code>{message.key.format === 'null' ? '' : summaryOf(message.key, 40)}</code>,
              sort: m => (m.key.format === 'null' ? '' : summaryOf(m.key, 40)),
            },
            {
              title: 'Value',
              show: message => <code className={styles['value']}>{summaryOf(message.value, 200)}</code>,
            },
            {
              title: 'Size',
              show: message => <span className={styles['time']}>{formatBytes(message.value.bytes)}</span>,
              sort: m => m.value.bytes,
              align: 'right',
            },
          ]}
          rows={messages}
          keyOf={idOf}
          current={opened}
          onOpen={message => setOpened(idOf(message) === opened ? undefined : idOf(message))}
        />
      </div>
      {open !== undefined && <Details topic={topic} message={open} />}
    </div>
  )
}

function Details({ topic, message }: { topic: string; message: StreamMessage }) {
  const { headers, key, value } = message
  return (
    <aside className={styles['details']} aria-label="Record">
      <h2>
        Partition {message.partition}, offset {message.offset}
      </h2>
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
