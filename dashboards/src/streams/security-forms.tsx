import { type FormEvent, type ReactNode, useState } from 'react'
import { type Acl, createAcl, type Mechanism, setQuotas, setUser } from '../api/streams.ts'
import controls from '../ui/controls.module.css'
import { Tools } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'

const resourceTypes: Acl['resourceType'][] = ['topic', 'group', 'cluster', 'transactional_id', 'user']
const operations: Acl['operation'][] = [
  'read',
  'write',
  'create',
  'delete',
  'alter',
  'describe',
  'describe_configs',
  'alter_configs',
  'cluster_action',
  'idempotent_write',
  'all',
]
const quotaKeys = [
  'producer_byte_rate',
  'consumer_byte_rate',
  'request_percentage',
  'controller_mutation_rate',
  'connection_creation_rate',
]

interface FormProperties {
  label: string
  action: string
  onSubmit: (fields: (name: string) => string) => Promise<unknown>
  onDone: () => void
  children: ReactNode
}

/** Fields in a row with a button; what goes wrong is said below. */
function RowForm({ label, action, onSubmit, onDone, children }: FormProperties) {
  const [error, setError] = useState<Error>()
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = event.currentTarget
    const data = new FormData(form)
    try {
      await onSubmit(name => String(data.get(name) ?? '').trim())
      setError(undefined)
      form.reset()
      onDone()
    } catch (failure) {
      setError(failure as Error)
    }
  }
  return (
    <form aria-label={label} onSubmit={event => void submit(event)}>
      <Tools>
        {children}
        <button type="submit" className={controls['button']}>
          {action}
        </button>
      </Tools>
      {error !== undefined && <Problem error={error} />}
    </form>
  )
}

function Choice({ name, title, values }: { name: string; title: string; values: readonly string[] }) {
  return (
    <label>
      {title}
      <select name={name}>
        {values.map(value => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </label>
  )
}

export function NewAcl({ onDone }: { onDone: () => void }) {
  const add = (field: (name: string) => string) => {
    const resource = field('name')
    return createAcl({
      principal: field('principal'),
      permission: field('permission') as Acl['permission'],
      operation: field('operation') as Acl['operation'],
      resourceType: field('type') as Acl['resourceType'],
      resourceName: resource.length > 1 && resource.endsWith('*') ? resource.slice(0, -1) : resource,
      patternType: resource.length > 1 && resource.endsWith('*') ? 'prefixed' : 'literal',
      host: field('host') || '*',
    })
  }
  return (
    <RowForm label="New access rule" action="Add" onSubmit={add} onDone={onDone}>
      <label>
        Who
        <input name="principal" required placeholder="User:ann" pattern="\w+:.+" />
      </label>
      <Choice name="permission" title="May" values={['allow', 'deny']} />
      <Choice name="operation" title="Do" values={operations} />
      <Choice name="type" title="To" values={resourceTypes} />
      <label>
        Name
        <input name="name" required placeholder="orders, or orders.*" />
      </label>
      <label>
        From
        <input name="host" placeholder="any address" />
      </label>
    </RowForm>
  )
}

export function NewUser({ onDone }: { onDone: () => void }) {
  const add = (field: (name: string) => string) =>
    setUser({ name: field('name'), password: field('password'), mechanism: field('mechanism') as Mechanism })
  return (
    <RowForm label="New user" action="Set password" onSubmit={add} onDone={onDone}>
      <label>
        User
        <input name="name" required autoComplete="off" />
      </label>
      <label>
        Password
        <input name="password" type="password" required autoComplete="new-password" />
      </label>
      <Choice name="mechanism" title="Kept as" values={['SCRAM-SHA-512', 'SCRAM-SHA-256']} />
    </RowForm>
  )
}

export function NewQuota({ onDone }: { onDone: () => void }) {
  const add = (field: (name: string) => string) =>
    setQuotas({
      entity: { [field('kind')]: field('name') === '' ? null : field('name') },
      values: { [field('key')]: Number(field('value')) },
    })
  return (
    <RowForm label="New quota" action="Set" onSubmit={add} onDone={onDone}>
      <Choice name="kind" title="Of a" values={['user', 'client-id', 'ip']} />
      <label>
        Name
        <input name="name" placeholder="all others" />
      </label>
      <Choice name="key" title="At most" values={quotaKeys} />
      <label>
        Number
        <input name="value" type="number" min="0" step="any" required />
      </label>
    </RowForm>
  )
}
