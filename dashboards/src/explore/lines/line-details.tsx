import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import controls from '../../ui/controls.module.css'
import { CopyButton } from '../../ui/copy-button.tsx'
import { FoldedText } from '../text/folded-text.tsx'
import { jsonOf } from '../text/json.ts'
import { JsonTree } from '../text/json-tree.tsx'
import { Around } from './around.tsx'
import { FieldTable } from './field-table.tsx'
import { FileLink } from './file-link.tsx'
import { type Entry, textOf } from './fold.ts'
import styles from './line-details.module.css'
import type { Showing } from './showing.ts'

/** All that is known of a line: as it was written, its fields, its JSON, and what stands around it. */
export function LineDetails({ entry, showing }: { entry: Entry; showing: Showing }) {
  const { line } = entry
  const [isAround, setAround] = useState(false)
  const [isTree, setTree] = useState(false)
  const json = useMemo(() => jsonOf(line.body), [line.body])
  return (
    <div role="gridcell" className={styles['details']} data-details>
      <div className={styles['actions']}>
        <Toggle isOn={isAround} onChange={setAround} text="Before and after" />
        {json !== undefined && <Toggle isOn={isTree} onChange={setTree} text="JSON tree" />}
        {line.traceId !== '' && (
          <Link href={`/traces/${line.traceId}`} className={controls['button'] ?? ''}>
            Trace
          </Link>
        )}
        <CopyButton text={() => textOf(entry)}>Copy line</CopyButton>
        <CopyButton text={() => JSON.stringify(line, null, 2)}>Copy as JSON</CopyButton>
        <CopyButton text={() => showing.linkTo(line.id)}>Copy link</CopyButton>
        <FileLink line={line} />
      </div>
      {isAround && <Around id={line.id} />}
      {isTree && json !== undefined ? (
        <JsonTree value={json} label="The line as JSON" />
      ) : (
        <FoldedText text={textOf(entry)} marker={showing.marker} label="The line as it was written" />
      )}
      <FieldTable line={line} showing={showing} />
    </div>
  )
}

interface ToggleProperties {
  isOn: boolean
  onChange: (isOn: boolean) => void
  text: string
}

function Toggle({ isOn, onChange, text }: ToggleProperties) {
  return (
    <button
      type="button"
      className={isOn ? controls['pressed'] : controls['button']}
      aria-pressed={isOn}
      onClick={() => onChange(!isOn)}
    >
      {text}
    </button>
  )
}
