import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { ImportAnswer } from '../../../query/index.ts'
import { importGrafana, saveBoard } from '../api/boards.ts'
import controls from '../ui/controls.module.css'
import { countOf } from '../ui/format.ts'
import { Page } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { useFixedRange } from '../ui/range.ts'
import { boardName } from './board-name.ts'
import { BoardView } from './board-view.tsx'
import { renamed } from './edit/document.ts'
import styles from './import-board.module.css'

/** Takes a dashboard of Grafana's, says what could not be taken, and shows it before it is saved. */
export function ImportBoard() {
  const [, navigate] = useLocation()
  const [made, setMade] = useState<ImportAnswer>()
  const [error, setError] = useState<Error>()
  const { range } = useFixedRange({ start: 'now-1h', end: 'now' })
  const [title, setTitle] = useState('')
  const name = boardName(title)
  const read = async (json: string) => {
    try {
      const answer = await importGrafana(json)
      setMade(answer)
      setTitle(answer.board.spec.display?.name ?? answer.board.metadata.name)
      setError(undefined)
    } catch (failure) {
      setError(failure as Error)
    }
  }
  const save = async ({ text }: ImportAnswer) => {
    try {
      await saveBoard(name, renamed(text, name, title.trim()), 0)
      navigate(`/dashboards/${name}`)
    } catch (failure) {
      setError(failure as Error)
    }
  }
  const bar = (
    <Link href="/dashboards" className={controls['link'] ?? ''}>
      All dashboards
    </Link>
  )
  return (
    <Page title="Import from Grafana" bar={bar}>
      <div className={styles['both']}>
        <div className={styles['said']}>
          <div className={styles['ways']}>
            <label>
              A dashboard's JSON, as Grafana exports it
              <input
                type="file"
                accept="application/json,.json"
                onChange={event => void event.target.files?.[0]?.text().then(read)}
              />
            </label>
            <label>
              or its text
              <textarea
                rows={5}
                placeholder={'{ "title": …, "panels": [ … ] }'}
                value=""
                onChange={event => void read(event.target.value)}
              />
            </label>
            {made !== undefined && (
              <>
                <label>
                  Title
                  <input maxLength={100} value={title} onChange={event => setTitle(event.target.value)} />
                </label>
                <button
                  type="button"
                  className={controls['primary']}
                  disabled={name === ''}
                  onClick={() => void save(made)}
                >
                  Save as {name}
                </button>
              </>
            )}
          </div>
          {error !== undefined && <Problem error={error} />}
          {made !== undefined && <Report answer={made} />}
        </div>
        {made !== undefined && <BoardView board={made.board} range={range} onBrush={() => undefined} />}
      </div>
    </Page>
  )
}

function Report({ answer: { panels, taken, dropped } }: { answer: ImportAnswer }) {
  return (
    <section aria-label="What was taken">
      <p role="status">
        {taken} of {countOf(panels, 'panel')} {panels === 1 ? 'was' : 'were'} taken.
      </p>
      {dropped.length > 0 && (
        <details open={dropped.length < 10}>
          <summary>{countOf(dropped.length, 'thing')} could not be taken</summary>
          <ul>
            {dropped.map(one => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}
