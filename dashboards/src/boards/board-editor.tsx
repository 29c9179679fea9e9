import { useState } from 'react'
import type { Board, BoardAnswer } from '../../../query/index.ts'
import { checkBoard, getVersions, saveBoard } from '../api/boards.ts'
import controls from '../ui/controls.module.css'
import { CopyButton } from '../ui/copy-button.tsx'
import { Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import styles from './board-editor.module.css'

interface Properties {
  found: BoardAnswer
  /** What the text means, to be looked at before it is saved. */
  onTried: (board: Board | undefined) => void
  onSaved: () => void
}

/** The YAML of a dashboard: tried below before it is saved, saved as its next version. */
export function BoardEditor({ found, onTried, onSaved }: Properties) {
  const [text, setText] = useState(found.text)
  const [error, setError] = useState<Error>()
  const [said, setSaid] = useState('')
  const run = async (what: () => Promise<string>) => {
    try {
      setSaid(await what())
      setError(undefined)
    } catch (failure) {
      setError(failure as Error)
    }
  }
  const look = () =>
    run(async () => {
      onTried((await checkBoard(text)).board)
      return 'It is shown below, and not saved.'
    })
  const save = () =>
    run(async () => {
      const { versions } = await getVersions(found.name, AbortSignal.timeout(10_000))
      // an old version that is saved again was made knowing of the newest
      const base =
        found.origin !== 'saved'
          ? 0
          : Math.max(found.version, isNewest(versions, found) ? 0 : (versions[0] ?? 0))
      const { version } = await saveBoard(found.name, text, base)
      onSaved()
      return `Saved as version ${version}.`
    })
  return (
    <section className={styles['editor']} aria-label="YAML">
      {found.origin !== 'saved' && (
        <p>
          Saving keeps a copy here, which is shown in place of{' '}
          {found.origin === 'file' ? 'the file' : 'what comes with Millrace'}.
        </p>
      )}
      <textarea
        aria-label="YAML of the dashboard"
        spellCheck={false}
        rows={18}
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <Tools>
        <button type="button" className={controls['button']} onClick={() => void look()}>
          Try
        </button>
        <button type="button" className={controls['primary']} onClick={() => void save()}>
          Save
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
      {error !== undefined && <Problem error={error} />}
    </section>
  )
}

const isNewest = (versions: readonly number[], { version }: BoardAnswer) => versions[0] === version
