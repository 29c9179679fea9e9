import type { StreamMessage } from '../../../query/index.ts'
import { formatBytes, formatSpan } from '../ui/format.ts'
import { Table } from '../ui/table.tsx'
import { useTimes } from '../ui/times.ts'
import styles from './message-table.module.css'
import { RecordDetails } from './record-details.tsx'
import { summaryOf } from './summary.ts'

const idOf = ({ partition, offset }: StreamMessage) => `${partition}-${offset}`

interface Properties {
  topic: string
  /** How keys and values are read. */
  format: string
  messages: readonly StreamMessage[]
  /** The record that is open, as PARTITION-OFFSET; '' for none. */
  opened: string
  onOpen: (record: string) => void
}

/** Records with the beginning of their values; one opens to be read in full. */
export function MessageTable({ topic, format, messages, opened, onOpen }: Properties) {
  const times = useTimes()
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
              show: message =>
                message.key.format === 'null' ? null : <code>{summaryOf(message.key, 40)}</code>,
              sort: m => (m.key.format === 'null' ? '' : summaryOf(m.key, 40)),
            },
            {
              title: 'Value',
              about: true,
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
          onOpen={message => onOpen(idOf(message) === opened ? '' : idOf(message))}
        />
      </div>
      {open !== undefined && <RecordDetails key={opened} topic={topic} format={format} message={open} />}
    </div>
  )
}
