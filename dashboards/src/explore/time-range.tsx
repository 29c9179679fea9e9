import { Popover } from 'radix-ui'
import { type FormEvent, useState } from 'react'
import { formatDateTime } from '../format.ts'
import controls from '../shell/controls.module.css'
import styles from './time-range.module.css'

const presets = [
  ['now-5m', 'Last 5 minutes'],
  ['now-15m', 'Last 15 minutes'],
  ['now-1h', 'Last hour'],
  ['now-6h', 'Last 6 hours'],
  ['now-24h', 'Last 24 hours'],
  ['now-7d', 'Last 7 days'],
  ['now-30d', 'Last 30 days'],
] as const

interface Properties {
  start: string
  end: string
  onRange: (start: string, end: string) => void
}

/** The range looked at: a preset, or two moments. */
export function TimeRange({ start, end, onRange }: Properties) {
  const [open, setOpen] = useState(false)
  const choose = (from: string, to: string) => {
    setOpen(false)
    onRange(from, to)
  }
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={controls['button']} aria-label={`Range: ${describe(start, end)}`}>
        {describe(start, end)} <span aria-hidden="true">▾</span>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles['panel']} align="end" sideOffset={4}>
          {presets.map(([from, label]) => (
            <button key={from} type="button" className={styles['preset']} onClick={() => choose(from, 'now')}>
              {label}
            </button>
          ))}
          <Exact start={start} end={end} onRange={choose} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

function Exact({ start, end, onRange }: Properties) {
  const [from, setFrom] = useState(absolute(start))
  const [to, setTo] = useState(absolute(end))
  const apply = (event: FormEvent) => {
    event.preventDefault()
    onRange(toTime(from), toTime(to))
  }
  return (
    <form className={styles['exact']} onSubmit={apply}>
      <label>
        From
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

function describe(start: string, end: string): string {
  const preset = end === 'now' ? presets.find(([from]) => from === start) : undefined
  return preset?.[1] ?? `${absolute(start)} to ${absolute(end)}`
}

function absolute(time: string): string {
  return /^\d{12,14}$/.test(time) ? formatDateTime(Number(time)) : time
}

/** Local time as people write it becomes milliseconds; all else is left to the API. */
function toTime(text: string): string {
  if (!/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?$/.test(text.trim())) return text.trim()
  return String(new Date(text.trim().replace(' ', 'T')).getTime())
}
