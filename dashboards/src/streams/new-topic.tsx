import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { createTopic } from '../api/streams.ts'
import controls from '../ui/controls.module.css'
import { Dialog } from '../ui/dialog.tsx'
import { Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'

/** Makes a topic. */
export function NewTopic({ onClose }: { onClose: () => void }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [partitions, setPartitions] = useState('')
  const [policy, setPolicy] = useState('delete')
  const [error, setError] = useState<Error>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      await createTopic({
        name: name.trim(),
        ...(partitions === '' ? {} : { partitions: Number(partitions) }),
        configs: policy === 'delete' ? {} : { 'cleanup.policy': policy },
      })
      await client.invalidateQueries({ queryKey: ['topics'] })
      onClose()
    } catch (failure) {
      setError(failure as Error)
    }
  }
  return (
    <Dialog title="New topic" onClose={onClose}>
      <form onSubmit={event => void submit(event)}>
        <Tools>
          <label>
            Name
            <input
              required
              pattern="[a-zA-Z0-9._\-]{1,249}"
              value={name}
              onChange={event => setName(event.target.value)}
            />
          </label>
          <label>
            Partitions
            <input
              type="number"
              min={1}
              max={10_000}
              placeholder="as by default"
              value={partitions}
              onChange={event => setPartitions(event.target.value)}
            />
          </label>
          <label>
            Clean-up
            <select value={policy} onChange={event => setPolicy(event.target.value)}>
              <option value="delete">delete what is old</option>
              <option value="compact">compact by key</option>
              <option value="compact,delete">both</option>
            </select>
          </label>
          <button type="submit" className={controls['primary']}>
            Create
          </button>
        </Tools>
      </form>
      {error !== undefined && <Problem error={error} />}
    </Dialog>
  )
}
