import { useQuery } from '@tanstack/react-query'
import { getContext } from '../../api/logs.ts'
import controls from '../../ui/controls.module.css'
import { useTimes } from '../../ui/times.ts'
import { LineDetails } from './line-details.tsx'
import gridStyles from './line-grid.module.css'
import { LineRow } from './line-row.tsx'
import styles from './linked-line.module.css'
import type { Showing } from './showing.ts'

interface Properties {
  id: string
  showing: Showing
  onClose: () => void
}

/** A line that a link names, above the list that does not have it (yet). */
export function LinkedLine({ id, showing, onClose }: Properties) {
  const times = useTimes()
  const { data, error } = useQuery({
    queryKey: ['line', id],
    queryFn: ({ signal }) => getContext(id, { before: 0, after: 0 }, signal),
  })
  const entry = data && { line: data.line, frames: [] }
  return (
    <section className={styles['linked']} aria-label="The line of the link">
      <header>
        <strong>The line of this link</strong>
        <button type="button" className={controls['quiet']} onClick={onClose}>
          Close
        </button>
      </header>
      {error !== null && <p role="alert">{error.message}: it may have been deleted since.</p>}
      {entry !== undefined && (
        <div role="grid" aria-label="The line of the link">
          <div role="row">
            <div className={gridStyles['cells']} role="presentation">
              <LineRow entry={entry} showing={showing} times={times} />
            </div>
            <LineDetails entry={entry} showing={showing} />
          </div>
        </div>
      )}
    </section>
  )
}
