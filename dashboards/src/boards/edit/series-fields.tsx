import type { BoardPanel } from '../../../../query/index.ts'
import { knownUnits } from '../../charts/units.ts'

type Plugin = BoardPanel['spec']['plugin']
type Spec = Plugin['spec']

const calculations: readonly Spec['calculation'][] = ['last', 'first', 'min', 'max', 'mean', 'sum', 'count']

const number = (text: string) => (text === '' ? undefined : Number(text))

interface Properties {
  kind: Plugin['kind']
  spec: Spec
  onChange: (part: Partial<Spec>) => void
}

/** How series are drawn: unit, which value, bounds, form, legend. */
export function SeriesFields({ kind, spec, onChange }: Properties) {
  const { format, calculation, legend, visual, min, max } = spec
  const isChart = kind === 'TimeSeriesChart'
  const isReduced = kind === 'StatChart' || kind === 'GaugeChart' || kind === 'BarChart'
  return (
    <>
      <label>
        Unit
        <input
          list="units"
          size={10}
          value={format.unit}
          onChange={event => onChange({ format: { ...format, unit: event.target.value } })}
        />
        <datalist id="units">
          {knownUnits.map(unit => (
            <option key={unit} value={unit} />
          ))}
        </datalist>
      </label>
      {isReduced && (
        <label>
          Of a series
          <select
            value={calculation}
            onChange={event => onChange({ calculation: event.target.value as Spec['calculation'] })}
          >
            {calculations.map(one => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
      )}
      {kind === 'GaugeChart' && (
        <>
          <label>
            From
            <input
              type="number"
              step="any"
              value={min ?? ''}
              onChange={event => onChange({ min: number(event.target.value) })}
            />
          </label>
          <label>
            To
            <input
              type="number"
              step="any"
              value={max ?? ''}
              onChange={event => onChange({ max: number(event.target.value) })}
            />
          </label>
        </>
      )}
      {isChart && (
        <>
          <label>
            Drawn as
            <select
              value={visual.display}
              onChange={event =>
                onChange({ visual: { ...visual, display: event.target.value as typeof visual.display } })
              }
            >
              <option value="line">lines</option>
              <option value="area">areas</option>
              <option value="bar">bars</option>
            </select>
          </label>
          <label>
            Stacked
            <input
              type="checkbox"
              checked={visual.stack}
              onChange={event => onChange({ visual: { ...visual, stack: event.target.checked } })}
            />
          </label>
          <label>
            Legend
            <select
              value={legend.mode}
              onChange={event => onChange({ legend: { mode: event.target.value as typeof legend.mode } })}
            >
              <option value="list">list</option>
              <option value="table">table</option>
              <option value="hidden">none</option>
            </select>
          </label>
        </>
      )}
    </>
  )
}
