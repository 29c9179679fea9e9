import { type FormEvent, useState } from 'react'
import type { MadeTokenAnswer } from '../../../query/index.ts'
import { createToken } from '../api/admin.ts'
import controls from '../ui/controls.module.css'
import { Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'

const scopes = ['read', 'write', 'admin']

/** Makes a token. */
export function NewToken({ onMade }: { onMade: (answer: MadeTokenAnswer) => void }) {
  const [name, setName] = useState('')
  const [scope, setScope] = useState('read')
  const [tenants, setTenants] = useState('default')
  const [days, setDays] = useState('90')
  const [error, setError] = useState<Error>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      const made = await createToken({
        name: name.trim(),
        scopes: [scope],
        tenants: tenants.split(',').map(tenant => tenant.trim()),
        days: days === '' ? null : Number(days),
      })
      setError(undefined)
      setName('')
      onMade(made)
    } catch (failure) {
      setError(failure as Error)
    }
  }
  return (
    <form aria-label="New token" onSubmit={event => void submit(event)}>
      <Tools>
        <label>
          Name
          <input required maxLength={100} value={name} onChange={event => setName(event.target.value)} />
        </label>
        <label>
          May
          <select value={scope} onChange={event => setScope(event.target.value)}>
            {scopes.map(one => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label>
          Tenants, * for all
          <input required value={tenants} onChange={event => setTenants(event.target.value)} />
        </label>
        <label>
          Days, empty for no end
          <input
            type="number"
            min={1}
            max={3650}
            value={days}
            onChange={event => setDays(event.target.value)}
          />
        </label>
        <button type="submit" className={controls['primary']}>
          Make a token
        </button>
      </Tools>
      {error !== undefined && <Problem error={error} />}
    </form>
  )
}
