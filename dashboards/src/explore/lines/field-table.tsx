import { useMemo, useState } from 'react'
import type { LogLine } from '../../../../query/index.ts'
import controls from '../../ui/controls.module.css'
import { toMs } from '../../ui/format.ts'
import { useTimes } from '../../ui/times.ts'
import { FoldedText } from '../text/folded-text.tsx'
import { jsonOf } from '../text/json.ts'
import { JsonTree } from '../text/json-tree.tsx'
import { Marked } from '../text/marked.tsx'
import styles from './field-table.module.css'
import { type Field, fieldsOf } from './line-fields.ts'
import type { Showing } from './showing.ts'

const foldedLength = 400
const mostFields = 100

/** Each field of a line, with what can be done with it. */
export function FieldTable({ line, showing }: { line: LogLine; showing: Showing }) {
  const times = useTimes()
  const { source } = line
  const [isWhole, setWhole] = useState(false)
  const fields = useMemo(() => fieldsOf(line), [line])
  return (
    <>
      <table className={styles['fields']}>
        <tbody>
          {(isWhole ? fields : fields.slice(0, mostFields)).map(field => (
            <Row key={field.name} field={field} showing={showing} />
          ))}
        </tbody>
      </table>
      {!isWhole && fields.length > mostFields && (
        <button type="button" className={controls['link']} onClick={() => setWhole(true)}>
          Show all {fields.length} fields
        </button>
      )}
      <p className={styles['place']}>
        {times.exact(toMs(line.timestamp))} ({line.timestamp} ns) · {source.topic}/{source.partition} offset{' '}
        {source.offset}, line {source.index}
      </p>
    </>
  )
}

function Row({ field: { name, value, isAskable }, showing }: { field: Field; showing: Showing }) {
  const { onFilter, onColumn, onChosen, chosen, columns, marker } = showing
  const json = useMemo(() => jsonOf(value), [value])
  const isColumn = columns.some(column => column.field === name)
  return (
    <tr>
      <td className={styles['actions']}>
        {isAskable && (
          <>
            <button
              type="button"
              title={`only ${name} = ${short(value)}`}
              onClick={() => onFilter(name, 'only', value)}
            >
              =
            </button>
            <button
              type="button"
              title={`or ${name} = ${short(value)}`}
              onClick={() => onFilter(name, 'also', value)}
            >
              +
            </button>
            <button
              type="button"
              title={`without ${name} = ${short(value)}`}
              onClick={() => onFilter(name, 'without', value)}
            >
              −
            </button>
          </>
        )}
        <button
          type="button"
          title={isColumn ? `${name} no longer as a column` : `${name} as a column`}
          aria-pressed={isColumn}
          onClick={() => onColumn(name)}
        >
          ▥
        </button>
        <button
          type="button"
          title={
            chosen.includes(name) ? `${name} no longer behind the message` : `${name} behind the message`
          }
          aria-pressed={chosen.includes(name)}
          onClick={() => onChosen(name)}
        >
          ¶
        </button>
        <button
          type="button"
          title={`copy ${name}`}
          onClick={() => void navigator.clipboard.writeText(value)}
        >
          copy
        </button>
      </td>
      <th scope="row">{name}</th>
      <td className={styles['value']}>
        {json === undefined ? (
          <Value name={name} value={value} marker={marker} />
        ) : (
          <JsonTree value={json} label={`${name} as JSON`} />
        )}
      </td>
    </tr>
  )
}

function Value({ name, value, marker }: { name: string; value: string; marker: RegExp | undefined }) {
  if (value.length > foldedLength) return <FoldedText text={value} marker={marker} label={name} />
  return <Marked text={value} marker={marker} />
}

function short(value: string): string {
  return value.length > 80 ? `${value.slice(0, 80)}…` : value
}
