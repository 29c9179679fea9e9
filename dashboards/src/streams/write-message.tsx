import { type FormEvent, useState } from 'react'
import { writeMessage } from '../api/streams.ts'
import controls from '../ui/controls.module.css'
import { Dialog } from '../ui/dialog.tsx'
import { Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'

interface Properties {
  topic: string
  partitions: number
  onClose: () => void
}

/** Writes one record, and says where it lies. */
export function WriteMessage({ topic, partitions, onClose }: Properties) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const [partition, setPartition] = useState('')
  const [headers, setHeaders] = useState('')
  const [tombstone, setTombstone] = useState(false)
  const [said, setSaid] = useState('')
  const [error, setError] = useState<Error>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      const where = partition === '' ? {} : { partition: Number(partition) }
      const place = await writeMessage(topic, {
        key: key === '' ? null : key,
        value: tombstone ? null : value,
        headers: headersOf(headers),
        ...where,
      })
      setSaid(`It lies in partition ${place.partition} at offset ${place.offset}.`)
      setError(undefined)
    } catch (failure) {
      setError(failure as Error)
    }
  }
  return (
    <Dialog title={`Write to ${topic}`} onClose={onClose}>
      <form onSubmit={event => void submit(event)}>
        <Tools>
          <label>
            Key
            <input value={key} placeholder="none" onChange={event => setKey(event.target.value)} />
          </label>
          <label>
            Partition
            <input
              type="number"
              min={0}
              max={partitions - 1}
              placeholder="by the key"
              value={partition}
              onChange={event => setPartition(event.target.value)}
            />
          </label>
          <label>
            Headers
            <textarea
              rows={1}
              value={headers}
              placeholder="name: value, one a line"
              onChange={event => setHeaders(event.target.value)}
            />
          </label>
        </Tools>
        <p>
          <textarea
            aria-label="Value"
            rows={10}
            cols={70}
            style={{ maxWidth: '100%' }}
            value={value}
            disabled={tombstone}
            onChange={event => setValue(event.target.value)}
          />
        </p>
        <p>
          <label>
            <input
              type="checkbox"
              checked={tombstone}
              onChange={event => setTombstone(event.target.checked)}
            />{' '}
            No value: in a compacted topic that removes the key
          </label>
        </p>
        <button type="submit" className={controls['primary']}>
          Write
        </button>
      </form>
      {said !== '' && <p role="status">{said}</p>}
      {error !== undefined && <Problem error={error} />}
    </Dialog>
  )
}

function headersOf(text: string): { key: string; value: string }[] {
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const [key = '', ...value] = line.split(':')
      return { key: key.trim(), value: value.join(':').trim() }
    })
}
