import { useEffect, useState } from 'react'
import type { SessionAnswer } from '../../../query/index.ts'
import { getStorage } from '../api/admin.ts'
import { chooseTenant } from '../api/system.ts'
import controls from '../ui/controls.module.css'
import { Popover } from '../ui/popover.tsx'
import { tenantField } from '../ui/tenant.ts'
import styles from './tenant-button.module.css'

const every = '*'

/** Whose data all views show, where the token is for several tenants. */
export function TenantButton({ session }: { session: SessionAnswer }) {
  const { tenants, tenant } = session
  if (tenants.length < 2 && !tenants.includes(every)) return null
  return (
    <Popover
      quiet
      text={<span className={styles['name']}>{tenant ?? 'Tenant'}</span>}
      label={`Tenant: ${tenant ?? 'none'}`}
    >
      {() => <Choice session={session} />}
    </Popover>
  )
}

/** What is shown is another's data altogether: the page begins anew, where it stands. */
async function change(tenant: string): Promise<void> {
  await chooseTenant(tenant)
  const url = new URL(window.location.href)
  url.searchParams.set(tenantField, tenant)
  window.location.assign(url)
}

function Choice({ session }: { session: SessionAnswer }) {
  const [problem, setProblem] = useState('')
  const known = useKnown(session)
  const choose = (tenant: string) => {
    change(tenant).catch((error: unknown) =>
      setProblem(error instanceof Error ? error.message : String(error)),
    )
  }
  return (
    <div className={styles['choice']}>
      {known.map(name => (
        <button
          key={name}
          type="button"
          className={controls['quiet']}
          aria-current={name === session.tenant ? 'true' : undefined}
          onClick={() => choose(name)}
        >
          {name}
        </button>
      ))}
      {session.tenants.includes(every) && <Another onTenant={choose} />}
      {problem !== '' && <p role="alert">{problem}</p>}
    </div>
  )
}

function Another({ onTenant }: { onTenant: (tenant: string) => void }) {
  const [text, setText] = useState('')
  const name = text.trim()
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (name !== '') onTenant(name)
      }}
    >
      <input
        aria-label="Another tenant"
        placeholder="another tenant"
        maxLength={200}
        value={text}
        onChange={event => setText(event.target.value)}
      />
      <button type="submit" className={controls['button']} disabled={name === ''}>
        Show
      </button>
    </form>
  )
}

/** Those of the token; where it is for all and may know of them, those that have lines. */
function useKnown({ tenants, tenant, token }: SessionAnswer): readonly string[] {
  const [stored, setStored] = useState<readonly string[]>([])
  const mayKnow = tenants.includes(every) && token?.scopes.includes('admin') === true
  useEffect(() => {
    if (!mayKnow) return
    const ended = new AbortController()
    getStorage(ended.signal).then(
      ({ services }) => setStored(services.map(service => service.tenant)),
      // without the store a tenant can still be typed
      () => setStored([]),
    )
    return () => ended.abort()
  }, [mayKnow])
  const own = tenants.filter(name => name !== every)
  return [...new Set([...own, ...(tenant === null ? [] : [tenant]), ...stored])].sort()
}
