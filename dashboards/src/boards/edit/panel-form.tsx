import { type FormEvent, useDeferredValue, useEffect, useState } from 'react'
import type { BoardPanel } from '../../../../query/index.ts'
import controls from '../../ui/controls.module.css'
import { Tools } from '../../ui/page.tsx'
import type { Range } from '../../ui/range.ts'
import type { Values } from '../interpolate.ts'
import { PanelFrame } from '../panel-frame.tsx'
import styles from './edit.module.css'
import { columns, type Placed } from './grid.ts'
import { emptyQuery, QueryFields, queryKindsOf } from './query-fields.tsx'
import { SeriesFields } from './series-fields.tsx'
import { ThresholdFields } from './threshold-fields.tsx'

type Plugin = BoardPanel['spec']['plugin']
type Spec = Plugin['spec']

const kinds: Readonly<Record<Plugin['kind'], string>> = {
  TimeSeriesChart: 'chart over time',
  StatChart: 'one number',
  GaugeChart: 'gauge',
  BarChart: 'bars',
  TimeSeriesTable: 'table',
  HeatMapChart: 'heat map',
  LogsTable: 'lines',
  TracesTable: 'traces',
  Markdown: 'text',
}
const previewMs = 600

interface Properties {
  panel: BoardPanel
  size: Placed
  values: Values
  range: Range
  onDone: (panel: BoardPanel, size: Placed) => void
  onCancel: () => void
}

/** Everything of one panel, and below how it looks; nothing is changed until it is taken over. */
export function PanelForm({ panel: given, size: givenSize, values, range, onDone, onCancel }: Properties) {
  const [panel, setPanel] = useState(given)
  const [size, setSize] = useState(givenSize)
  const { plugin, queries } = panel.spec
  const set = (part: Partial<BoardPanel['spec']>) => setPanel({ ...panel, spec: { ...panel.spec, ...part } })
  const setSpec = (part: Partial<Spec>) => set({ plugin: { ...plugin, spec: { ...plugin.spec, ...part } } })
  const { shown, show } = usePreview(panel)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onDone(panel, size)
  }
  const isText = plugin.kind === 'Markdown'
  const isSeries = queryKindsOf(plugin.kind).length > 1
  return (
    <form className={styles['form']} aria-label="Panel" onSubmit={submit}>
      <Tools>
        <HeadFields panel={panel} size={size} onChange={setPanel} onSize={setSize} />
        {isSeries && <SeriesFields kind={plugin.kind} spec={plugin.spec} onChange={setSpec} />}
      </Tools>
      <PanelFrame
        panel={shown}
        values={values}
        range={range}
        height={260}
        marks={[]}
        onBrush={() => undefined}
      />
      {isText ? (
        <textarea
          rows={8}
          aria-label="Text, as Markdown"
          value={plugin.spec.text}
          onChange={event => setSpec({ text: event.target.value })}
        />
      ) : (
        <QueryFields
          panel={plugin.kind}
          queries={queries}
          onChange={own => set({ queries: own })}
          onRun={show}
        />
      )}
      {isSeries && (
        <ThresholdFields
          steps={plugin.spec.thresholds.steps}
          onChange={steps => setSpec({ thresholds: { steps } })}
        />
      )}
      <Tools>
        <button type="submit" className={controls['primary']}>
          Take over
        </button>
        <button type="button" className={controls['button']} onClick={onCancel}>
          Cancel
        </button>
      </Tools>
    </form>
  )
}

/** What is typed is shown when the typing rests, or at once when that is asked for. */
function usePreview(panel: BoardPanel) {
  const [shown, setShown] = useState(panel)
  useEffect(() => {
    const timer = setTimeout(() => setShown(panel), previewMs)
    return () => clearTimeout(timer)
  }, [panel])
  return { shown: useDeferredValue(shown), show: () => setShown(panel) }
}

interface HeadProperties {
  panel: BoardPanel
  size: Placed
  onChange: (panel: BoardPanel) => void
  onSize: (size: Placed) => void
}

/** What every panel has: a title, a kind, a size. */
function HeadFields({ panel, size, onChange, onSize }: HeadProperties) {
  const { display, plugin, queries } = panel.spec
  const set = (part: Partial<BoardPanel['spec']>) => onChange({ ...panel, spec: { ...panel.spec, ...part } })
  const setKind = (kind: Plugin['kind']) => {
    const fitting = queryKindsOf(kind)
    const kept = queries.filter(query => fitting.includes(query.spec.plugin.kind))
    const [first] = fitting
    const own = kept.length === 0 && first !== undefined ? [emptyQuery(first)] : kept
    set({ plugin: { ...plugin, kind }, queries: own })
  }
  return (
    <>
      <label>
        Title
        <input
          value={display.name}
          size={30}
          onChange={event => set({ display: { ...display, name: event.target.value } })}
        />
      </label>
      <label>
        Shown as
        <select value={plugin.kind} onChange={event => setKind(event.target.value as Plugin['kind'])}>
          {Object.entries(kinds).map(([kind, title]) => (
            <option key={kind} value={kind}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label>
        Columns wide
        <input
          type="number"
          min={1}
          max={columns}
          required
          value={size.width}
          onChange={event => onSize({ ...size, width: Number(event.target.value) })}
        />
      </label>
      <label>
        Rows high
        <input
          type="number"
          min={1}
          max={100}
          required
          value={size.height}
          onChange={event => onSize({ ...size, height: Number(event.target.value) })}
        />
      </label>
    </>
  )
}
