import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type Acl, deleteAcl, deleteUser, getSecurity, setQuotas } from '../api/streams.ts'
import { Badge } from '../ui/badge.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { formatBytes } from '../ui/format.ts'
import { Loading } from '../ui/loading.tsx'
import { Note, Section } from '../ui/page.tsx'
import { Problem } from '../ui/problem.tsx'
import { ReadOnly } from '../ui/read-only.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { NewAcl, NewQuota, NewUser } from './security-forms.tsx'

/** Who may do what, who logs in, and how much each may ask of the broker. */
export function Security() {
  const client = useQueryClient()
  const { data, error, refetch } = useQuery({
    queryKey: ['security'],
    queryFn: ({ signal }) => getSecurity(signal),
  })
  const again = () => void client.invalidateQueries({ queryKey: ['security'] })
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading what="who may do what" />
  const { acls, users, quotas, writable, why } = data
  return (
    <Section>
      {!writable && <ReadOnly />}
      {why !== '' && <p role="status">Not all can be shown: {why}.</p>}
      <h2>Access rules</h2>
      {acls === null ? (
        <Note>
          {why === ''
            ? 'The broker lets everyone do everything: broker.authorization.enabled would ask for rules.'
            : 'They are not shown to Millrace.'}
        </Note>
      ) : (
        <>
          {writable && <NewAcl onDone={again} />}
          <Table
            label="Access rules"
            columns={aclColumns(writable, again)}
            rows={acls}
            keyOf={acl => JSON.stringify(acl)}
            empty="There are none: only super users may do anything."
          />
        </>
      )}
      <h2>Users</h2>
      {writable && <NewUser onDone={again} />}
      <Table
        label="Users"
        columns={userColumns(writable, again)}
        rows={users}
        keyOf={user => user.name}
        empty="Nobody has a password."
      />
      <h2>Quotas</h2>
      {writable && <NewQuota onDone={again} />}
      <Table
        label="Quotas"
        columns={quotaColumns(writable, again)}
        rows={quotas}
        keyOf={quota => JSON.stringify(quota.entity)}
        empty="Nobody is held to anything."
      />
    </Section>
  )
}

function aclColumns(writable: boolean, onDone: () => void): Column<Acl>[] {
  return [
    { title: 'Who', show: acl => acl.principal, sort: acl => acl.principal },
    {
      title: 'May',
      show: acl => <Badge tone={acl.permission === 'allow' ? 'good' : 'bad'}>{acl.permission}</Badge>,
    },
    { title: 'Do', show: acl => acl.operation, sort: acl => acl.operation },
    {
      title: 'To',
      show: acl => `${acl.resourceType} ${acl.resourceName}${acl.patternType === 'prefixed' ? '*' : ''}`,
      sort: acl => acl.resourceType + acl.resourceName,
    },
    { title: 'From', show: acl => acl.host },
    {
      title: '',
      show: acl =>
        writable && (
          <Confirm action="Remove" title="Remove this rule?" onConfirm={() => deleteAcl(acl)} onDone={onDone}>
            <p>
              {acl.principal}: {acl.permission} {acl.operation} on {acl.resourceType} {acl.resourceName}
            </p>
          </Confirm>
        ),
    },
  ]
}

interface User {
  name: string
  mechanisms: { mechanism: string; iterations: number }[]
}

function userColumns(writable: boolean, onDone: () => void): Column<User>[] {
  return [
    { title: 'User', show: user => user.name, sort: user => user.name },
    { title: 'Password kept as', show: user => user.mechanisms.map(m => m.mechanism).join(', ') },
    {
      title: '',
      show: user =>
        writable &&
        user.mechanisms.map(({ mechanism }) => (
          <Confirm
            key={mechanism}
            action="Remove"
            title={`Remove ${user.name}?`}
            onConfirm={() => deleteUser({ name: user.name, mechanism })}
            onDone={onDone}
          >
            <p>Whoever logs in with this password by {mechanism} cannot any longer.</p>
          </Confirm>
        )),
    },
  ]
}

interface Quota {
  entity: Record<string, string | null>
  values: Record<string, number>
}

function quotaColumns(writable: boolean, onDone: () => void): Column<Quota>[] {
  return [
    {
      title: 'Whose',
      show: ({ entity }) =>
        Object.entries(entity)
          .map(([kind, name]) => `${kind} ${name ?? '(all others)'}`)
          .join(', '),
    },
    {
      title: 'At most',
      show: ({ values }) =>
        Object.entries(values)
          .map(([key, value]) => `${key} ${shown(key, value)}`)
          .join(', '),
    },
    {
      title: '',
      show: ({ entity, values }) =>
        writable && (
          <Confirm
            action="Remove"
            title="Remove these quotas?"
            onConfirm={() =>
              setQuotas({ entity, values: Object.fromEntries(Object.keys(values).map(key => [key, null])) })
            }
            onDone={onDone}
          >
            <p>{Object.values(entity).join(', ')} may ask for as much as it wants then.</p>
          </Confirm>
        ),
    },
  ]
}

function shown(key: string, value: number): string {
  if (key.endsWith('byte_rate')) return `${formatBytes(value)}/s`
  return key === 'request_percentage' ? `${value} %` : String(value)
}
