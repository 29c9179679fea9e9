import { useState } from 'react'
import { CopyButton } from '../../ui/copy-button.tsx'
import { stringifyExact, WrittenNumber } from './exact.ts'
import { entriesOf, isBranch, type Json, pathOf, summaryOf } from './json.ts'
import styles from './json-tree.module.css'

const openDepth = 2
const shownItems = 100

/** JSON to open and close; of each value its path and itself can be copied. */
export function JsonTree({ value, label }: { value: Json; label: string }) {
  return (
    <ul className={styles['tree']} aria-label={label}>
      {entriesOf(value).map(([key, item]) => (
        <Node key={key} name={key} value={item} path={[key]} />
      ))}
    </ul>
  )
}

interface NodeProperties {
  name: string | number
  value: Json
  path: readonly (string | number)[]
}

function Node({ name, value, path }: NodeProperties) {
  const [isOpen, setOpen] = useState(path.length < openDepth)
  const [shown, setShown] = useState(shownItems)
  if (!isBranch(value))
    return (
      <li>
        <span className={styles['leaf']}>
          <b>{name}</b>: <Leaf value={value} />
        </span>
        <Copies path={path} value={value} />
      </li>
    )
  const entries = entriesOf(value)
  return (
    <li>
      <button
        type="button"
        className={styles['branch']}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> <b>{name}</b>{' '}
        <span className={styles['summary']}>{summaryOf(value)}</span>
      </button>
      <Copies path={path} value={value} />
      {isOpen && (
        <ul>
          {entries.slice(0, shown).map(([key, item]) => (
            <Node key={key} name={key} value={item} path={[...path, key]} />
          ))}
          {entries.length > shown && (
            <li>
              <button type="button" className={styles['branch']} onClick={() => setShown(shown * 10)}>
                {entries.length - shown} more
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  )
}

function Leaf({ value }: { value: Json }) {
  const kind = value === null ? 'null' : value instanceof WrittenNumber ? 'number' : typeof value
  return <span className={styles[kind]}>{stringifyExact(value)}</span>
}

function Copies({ path, value }: { path: readonly (string | number)[]; value: Json }) {
  const text = () => (typeof value === 'string' ? value : stringifyExact(value))
  return (
    <span className={styles['copies']}>
      <CopyButton quiet text={() => pathOf(path)}>
        Copy path
      </CopyButton>
      <CopyButton quiet text={text}>
        Copy value
      </CopyButton>
    </span>
  )
}
