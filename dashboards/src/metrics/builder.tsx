import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { getLabelNames, getLabelValues } from '../api/series.ts'
import controls from '../ui/controls.module.css'
import { Dialog } from '../ui/dialog.tsx'
import { Tools } from '../ui/page.tsx'
import type { Metric } from './browser.tsx'
import { type Built, promQlOf, usualOf } from './build.ts'
import styles from './builder.module.css'

interface Properties {
  metrics: readonly Metric[]
  onClose: () => void
  onBuilt: (query: string) => void
}

const functions: Built['of'][] = [
  'value',
  'rate',
  'increase',
  'avg_over_time',
  'max_over_time',
  'histogram_quantile',
]
const aggregates: Built['aggregate'][] = ['', 'sum', 'avg', 'min', 'max', 'count']
const operators = ['=', '!=', '=~', '!~'] as const

/** Puts a query together by choices. */
export function Builder({ metrics, onClose, onBuilt }: Properties) {
  const [built, setBuilt] = useState<Built>(() => usualOf(metrics[0]?.name ?? '', metrics[0]?.type ?? ''))
  const set = (part: Partial<Built>) => setBuilt({ ...built, ...part })
  const match = `{__name__=${JSON.stringify(built.metric)}}`
  const labels = useQuery({
    queryKey: ['labels-of', match],
    queryFn: ({ signal }) => getLabelNames(match, signal),
    enabled: built.metric !== '',
  })
  const names = (labels.data ?? []).filter(name => name !== '__name__' && name !== 'le')
  const choose = (name: string) =>
    setBuilt(usualOf(name, metrics.find(metric => metric.name === name)?.type ?? ''))
  const isRanged = built.of !== 'value'
  return (
    <Dialog title="Build a query" onClose={onClose}>
      <div className={styles['parts']}>
        <Tools>
          <label>
            Metric
            <input
              list="metric-names"
              size={44}
              value={built.metric}
              onChange={event => choose(event.target.value)}
            />
            <datalist id="metric-names">
              {metrics.map(({ name }) => (
                <option key={name} value={name} />
              ))}
            </datalist>
          </label>
          <Choice title="Of each series" values={functions} value={built.of} onChange={of => set({ of })} />
          {isRanged && (
            <label>
              Over
              <input
                size={5}
                value={built.range}
                pattern="\d+[smhd]"
                onChange={event => set({ range: event.target.value })}
              />
            </label>
          )}
          {built.of === 'histogram_quantile' ? (
            <label>
              Quantile
              <input
                type="number"
                min={0}
                max={1}
                step={0.01}
                value={built.quantile}
                onChange={event => set({ quantile: Number(event.target.value) })}
              />
            </label>
          ) : (
            <Choice
              title="Together"
              values={aggregates}
              value={built.aggregate}
              onChange={aggregate => set({ aggregate })}
            />
          )}
        </Tools>
        <By built={built} names={names} onChange={set} />
        <Filters built={built} match={match} names={names} onChange={filters => set({ filters })} />
        <p>
          <code>{promQlOf(built)}</code>
        </p>
        <button
          type="button"
          className={controls['primary']}
          disabled={built.metric === ''}
          onClick={() => onBuilt(promQlOf(built))}
        >
          Show
        </button>
      </div>
    </Dialog>
  )
}

interface ByProperties {
  built: Built
  names: readonly string[]
  onChange: (part: Partial<Built>) => void
}

function By({ built, names, onChange }: ByProperties) {
  const { by, aggregate, of } = built
  const toggle = (name: string) =>
    onChange({
      by: by.includes(name) ? by.filter(other => other !== name) : [...by, name],
      ...(aggregate === '' && of !== 'histogram_quantile' ? { aggregate: 'sum' } : {}),
    })
  return (
    <fieldset>
      <legend>Kept apart by</legend>
      {names.map(name => (
        <label key={name} className={styles['check']}>
          <input type="checkbox" checked={by.includes(name)} onChange={() => toggle(name)} /> {name}{' '}
        </label>
      ))}
    </fieldset>
  )
}

interface ChoiceProperties<T extends string> {
  title: string
  values: readonly T[]
  value: T
  onChange: (value: T) => void
}

function Choice<T extends string>({ title, values, value, onChange }: ChoiceProperties<T>) {
  return (
    <label>
      {title}
      <select value={value} onChange={event => onChange(event.target.value as T)}>
        {values.map(one => (
          <option key={one} value={one}>
            {one === '' ? 'as they are' : one}
          </option>
        ))}
      </select>
    </label>
  )
}

interface FiltersProperties {
  built: Built
  match: string
  names: readonly string[]
  onChange: (filters: Built['filters']) => void
}

function Filters({ built, match, names, onChange }: FiltersProperties) {
  const { filters } = built
  const change = (i: number, part: Partial<Built['filters'][number]>) =>
    onChange(filters.map((filter, j) => (j === i ? { ...filter, ...part } : filter)))
  return (
    <fieldset>
      <legend>Only series where</legend>
      {filters.map((filter, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a filter is its place
        <Tools key={i}>
          <Choice
            title="Label"
            values={names}
            value={filter.label}
            onChange={label => change(i, { label })}
          />
          <Choice
            title="Is"
            values={operators}
            value={filter.operator}
            onChange={operator => change(i, { operator })}
          />
          <Value
            match={match}
            label={filter.label}
            value={filter.value}
            onChange={value => change(i, { value })}
          />
          <button
            type="button"
            className={controls['quiet']}
            aria-label="Remove the filter"
            onClick={() => onChange(filters.filter((_, j) => j !== i))}
          >
            ✕
          </button>
        </Tools>
      ))}
      <button
        type="button"
        className={controls['quiet']}
        onClick={() => onChange([...filters, { label: names[0] ?? '', operator: '=', value: '' }])}
      >
        + filter
      </button>
    </fieldset>
  )
}

interface ValueProperties {
  match: string
  label: string
  value: string
  onChange: (value: string) => void
}

function Value({ match, label, value, onChange }: ValueProperties) {
  const { data } = useQuery({
    queryKey: ['label-values', label, match],
    queryFn: ({ signal }) => getLabelValues(label, match, signal),
    enabled: label !== '',
  })
  return (
    <label>
      Value
      <input list={`values-${label}`} value={value} onChange={event => onChange(event.target.value)} />
      <datalist id={`values-${label}`}>
        {data?.map(one => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </label>
  )
}
