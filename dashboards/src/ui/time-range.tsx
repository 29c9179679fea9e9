import { type FormEvent, useEffect, useRef, useState } from 'react'
import controls from './controls.module.css'
import { CopyButton } from './copy-button.tsx'
import { isTyping } from './is-typing.ts'
import { Popover } from './popover.tsx'
import { fixedLink, type Range, resolveRange } from './range.ts'
import { presets, rangeName, writtenTime } from './range-name.ts'
import { shifted } from './shift.ts'
import styles from './time-range.module.css'
import { type Times, useTimes } from './times.ts'

interface Properties extends Range {
  onRange: (start: string, end: string) => void
}

/** The range looked at: a preset, or two moments; `[` and `]` go to the one before and the one after. */
export function TimeRange({ start, end, onRange }: Properties) {
  const times = useTimes()
  const shown = rangeName({ start, end }, times)
  const shift = useRef<(direction: -1 | 1) => void>(() => undefined)
  shift.current = direction => {
    const nowMs = Date.now()
    const moved = shifted(resolveRange({ start, end }, nowMs), direction, nowMs)
    if (moved !== undefined) onRange(moved.start, moved.end)
  }
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const direction = ({ '[': -1, ']': 1 } as const)[event.key]
      if (direction === undefined || isTyping(event.target)) return
      event.preventDefault()
      shift.current(direction)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <span className={styles['range']}>
      <button
        type="button"
        className={controls['quiet']}
        aria-label="Earlier"
        title="Earlier ( [ )"
        onClick={() => shift.current(-1)}
      >
        ‹
      </button>
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
              <p className={styles['share']}>
                <CopyButton text={() => fixedLink({ start, end })}>Copy a link to this time</CopyButton>
              </p>
            </div>
          )
        }}
      </Popover>
      <button
        type="button"
        className={controls['quiet']}
        aria-label="Later"
        title="Later ( ] )"
        onClick={() => shift.current(1)}
      >
        ›
      </button>
    </span>
  )
}

function Exact({ start, end, times, onRange }: Properties & { times: Times }) {
  const [from, setFrom] = useState(writtenTime(start, times))
  const [to, setTo] = useState(writtenTime(end, times))
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

/** A time as the zone's clock shows it becomes milliseconds; all else is left to the API. */
function toTime(text: string, times: Times): string {
  return String(times.parse(text) ?? text.trim())
}
