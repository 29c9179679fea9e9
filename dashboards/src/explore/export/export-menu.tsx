import { type ExportFormat, exportAddress, type LogsRequest } from '../../api/logs.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Popover } from '../../ui/popover.tsx'
import styles from './export-menu.module.css'

interface Properties {
  request: LogsRequest
  /** Columns of the table. */
  fields: readonly string[]
}

const formats: readonly { format: ExportFormat; title: string; what: string }[] = [
  { format: 'csv', title: 'CSV', what: 'a table of time, message and the columns chosen' },
  { format: 'jsonl', title: 'JSON lines', what: 'everything that is known of each line' },
  { format: 'raw', title: 'Raw', what: 'the lines as they were written' },
]

/** All lines of the search as a file, streamed as they are read; and a link to this view. */
export function ExportMenu({ request, fields }: Properties) {
  return (
    <Popover text="Export">
      {close => (
        <ul className={styles['menu']}>
          {formats.map(({ format, title, what }) => (
            <li key={format}>
              <a
                href={exportAddress(
                  request,
                  format,
                  format === 'csv' ? ['timestamp', ...fields, 'message'] : [],
                )}
                download
                onClick={close}
              >
                <b>{title}</b> <span>{what}</span>
              </a>
            </li>
          ))}
          <li>
            <CopyButton quiet text={() => commandFor(request)}>
              Copy as a command of curl
            </CopyButton>
          </li>
        </ul>
      )}
    </Popover>
  )
}

function commandFor(request: LogsRequest): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const asked = Object.entries(request).map(
    ([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`,
  )
  return `curl -sG --compressed ${window.location.origin}/api/logs/export ${asked.join(' ')} -d format=jsonl -o logs.jsonl`
}
