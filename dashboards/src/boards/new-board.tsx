import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { saveBoard } from '../api/boards.ts'
import controls from '../ui/controls.module.css'
import { Dialog } from '../ui/dialog.tsx'
import { Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { boardName } from './board-name.ts'

/** What a new dashboard begins with: one panel to change. */
function beginning(name: string, title: string): string {
  return `kind: Dashboard
metadata: { name: ${name} }
spec:
  display: { name: ${JSON.stringify(title)} }
  duration: 1h
  panels:
    lines:
      spec:
        display: { name: Lines by level }
        plugin: { kind: TimeSeriesChart, spec: { format: { unit: lines/s } } }
        queries:
          - kind: TimeSeriesQuery
            spec:
              plugin:
                kind: LokiTimeSeriesQuery
                spec: { query: 'sum by (level) (rate({service=~".+"}[$__rate_interval]))', seriesNameFormat: '{{level}}' }
  layouts:
    - spec:
        items:
          - { x: 0, y: 0, width: 24, height: 8, content: { $ref: '#/spec/panels/lines' } }
`
}

/** Makes a dashboard and opens it to be edited. */
export function NewBoard({ onClose }: { onClose: () => void }) {
  const [, navigate] = useLocation()
  const [title, setTitle] = useState('')
  const [error, setError] = useState<Error>()
  const name = boardName(title)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      await saveBoard(name, beginning(name, title.trim()), 0)
      navigate(`/dashboards/${name}?edit=true`)
    } catch (failure) {
      setError(failure as Error)
    }
  }
  return (
    <Dialog title="New dashboard" onClose={onClose}>
      <form onSubmit={event => void submit(event)}>
        <Tools>
          <label>
            Title
            <input required maxLength={100} value={title} onChange={event => setTitle(event.target.value)} />
          </label>
          <button type="submit" className={controls['primary']} disabled={name === ''}>
            Create
          </button>
        </Tools>
      </form>
      {error !== undefined && <Problem error={error} />}
    </Dialog>
  )
}
