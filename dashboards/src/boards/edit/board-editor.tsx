import { useState } from 'react'
import type { BoardAnswer } from '../../../../query/index.ts'
import controls from '../../ui/controls.module.css'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Tools } from '../../ui/page.tsx'
import { Problem } from '../../ui/problem.tsx'
import styles from './edit.module.css'
import type { Draft } from './use-draft.ts'

interface Properties {
  found: BoardAnswer
  draft: Draft
  onAdd: () => void
}

/** What is done to a dashboard as a whole: panels added, its YAML changed, tried, saved as its next version. */
export function BoardEditor({ found, draft, onAdd }: Properties) {
  const [open, setOpen] = useState(false)
  const { text, setText, error, said, canUndo, look, undo, save } = draft
  return (
    <section className={styles['editor']} aria-label="Edit">
      {found.origin !== 'saved' && (
        <p>
          Saving keeps a copy here, which is shown in place of{' '}
          {found.origin === 'file' ? 'the file' : 'what comes with Millrace'}.
        </p>
      )}
      <Tools>
        <button type="button" className={controls['primary']} onClick={() => void save()}>
          Save
        </button>
        <button type="button" className={controls['button']} onClick={onAdd}>
          Add a panel
        </button>
        <button type="button" className={controls['button']} disabled={!canUndo} onClick={() => void undo()}>
          Undo
        </button>
        <button
          type="button"
          className={open ? controls['pressed'] : controls['button']}
          aria-pressed={open}
          onClick={() => setOpen(!open)}
        >
          YAML
        </button>
        <CopyButton text={text}>Copy</CopyButton>
        <a
          className={controls['button']}
          download={`${found.name}.yaml`}
          href={`data:application/yaml;charset=utf-8,${encodeURIComponent(text)}`}
        >
          Export
        </a>
        <span role="status">{said}</span>
      </Tools>
      {open && (
        <>
          <textarea
            aria-label="YAML of the dashboard"
            spellCheck={false}
            rows={18}
            value={text}
            onChange={event => setText(event.target.value)}
          />
          <button type="button" className={controls['button']} onClick={() => void look()}>
            Try
          </button>
        </>
      )}
      {error !== undefined && <Problem error={error} />}
    </section>
  )
}
