import { type FormEvent, useState } from 'react'
import { createSilence } from '../api/alerts.ts'
import controls from '../ui/controls.module.css'
import { Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { readMatchers, writeMatchers } from './matchers.ts'

const hours = [1, 2, 4, 8, 24, 72, 168]

/** Makes a silence, of the labels of an alert or of any. `labels` is JSON, or ''. */
export function NewSilence({ labels, onDone }: { labels: string; onDone: () => void }) {
  const [text, setText] = useState(() => (labels === '' ? '' : writeMatchers(labelsOf(labels))))
  const [length, setLength] = useState('2')
  const [by, setBy] = useState('')
  const [comment, setComment] = useState('')
  const [error, setError] = useState<Error>()
  const matchers = readMatchers(text)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (matchers === undefined) return
    const nowMs = Date.now()
    try {
      await createSilence({
        matchers,
        startsAt: new Date(nowMs).toISOString(),
        endsAt: new Date(nowMs + Number(length) * 3_600_000).toISOString(),
        createdBy: by,
        comment,
      })
      setError(undefined)
      setText('')
      onDone()
    } catch (failure) {
      setError(failure as Error)
    }
  }
  return (
    <form aria-label="New silence" onSubmit={event => void submit(event)}>
      <Tools>
        <label>
          Of alerts with
          <input
            size={60}
            required
            value={text}
            placeholder={'alertname="ManyErrors", service=~"web.*"'}
            aria-invalid={text !== '' && matchers === undefined}
            onChange={event => setText(event.target.value)}
          />
        </label>
        <label>
          For
          <select value={length} onChange={event => setLength(event.target.value)}>
            {hours.map(hour => (
              <option key={hour} value={hour}>
                {hour < 48 ? `${hour} h` : `${hour / 24} days`}
              </option>
            ))}
          </select>
        </label>
        <label>
          Why
          <input value={comment} onChange={event => setComment(event.target.value)} />
        </label>
        <label>
          By
          <input value={by} onChange={event => setBy(event.target.value)} />
        </label>
        <button type="submit" className={controls['primary']} disabled={matchers === undefined}>
          Silence
        </button>
      </Tools>
      {text !== '' && matchers === undefined && (
        <p role="status">
          Written as <code>{'name="value", other=~"v.*"'}</code>
        </p>
      )}
      {error !== undefined && <Problem error={error} />}
    </form>
  )
}

function labelsOf(text: string): Record<string, string> {
  try {
    return JSON.parse(text) as Record<string, string>
  } catch {
    // somebody changed the address
    return {}
  }
}
