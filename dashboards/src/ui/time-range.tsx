import { type FormEvent, useState } from 'react'
import controls from './controls.module.css'
import { Popover } from './popover.tsx'
import type { Range } from './range.ts'
import styles from './time-range.module.css'
import { type Times, useTimes } from './times.ts'

const presets = [
  ['now-5m', 'Last 5 minutes'],
  ['now-15m', 'Last 15 minutes'],
  ['now-1h', 'Last hour'],
  ['now-6h', 'Last 6 hours'],
  ['now-24h', 'Last 24 hours'],
  ['now-7d', 'Last 7 days'],
  ['now-30d', 'Last 30 days'],
] as const

interface Properties extends Range {
  onRange: (start: string, end: string) => void
}

/** The range looked at: a preset, or two moments. */
export function TimeRange({ start, end, onRange }: Properties) {
  const times = useTimes()
  const shown = describe({ start, end }, times)
  return (
    <Popover text={shown} label={`Range: ${shown}`}>
      {close => {
        const choose = (from: string, to: string) => {
          close()
          onRange(from, to)
        }
        return (
          <div className={styles['presets']}>
            {presets.map(([from, label]) => (
              <button
                key={from}
                type="button"
                className={styles['preset']}
                onClick={() => choose(from, 'now')}
              >
                {label}
              </button>
            ))}
            <Exact start={start} end={end} times={times} onRange={choose} />
          </div>
        )
      }}
    </Popover>
  )
}

function Exact({ start, end, times, onRange }: Properties & { times: Times }) {
  const [from, setFrom] = useState(written(start, times))
  const [to, setTo] = useState(written(end, times))
  const apply = (event: FormEvent) => {
    event.preventDefault()
    onRange(toTime(from, times), toTime(to, times))
  }
  return (
    <form className={styles['exact']} onSubmit={apply}>
      <label>
        From ({times.zone})
        <input value={from} onChange={event => setFrom(event.target.value)} />
      </label>
      <label>
        To
        <input value={to} onChange={event => setTo(event.target.value)} />
      </label>
      <button type="submit" className={controls['button']}>
        Apply
      </button>
    </form>
  )
}

function describe({ start, end }: Range, times: Times): string {
  const preset = end === 'now' ? presets.find(([from]) => from === start) : undefined
  return preset?.[1] ?? `${written(start, times)} to ${written(end, times)}`
}

function written(time: string, times: Times): string {
  return /^\d{12,14}$/.test(time) ? times.dateTime(Number(time)) : time
}

/** A time as the zone's clock shows it becomes milliseconds; all else is left to the API. */
function toTime(text: string, times: Times): string {
  return String(times.parse(text) ?? text.trim())
}
