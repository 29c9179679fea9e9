import { type ReactNode, useEffect } from 'react'
import type { SessionAnswer } from '../../../query/index.ts'
import { Empty } from '../ui/empty.tsx'
import { Page } from '../ui/page.tsx'
import { useSearchParams } from '../ui/search-params.ts'
import { tenantField } from '../ui/tenant.ts'

interface Properties {
  session: SessionAnswer
  children: ReactNode
}

/** Views of the tenant that the address names; an address without one is completed, so that it shows the same to others. */
export function TenantViews({ session, children }: Properties) {
  const [search, setSearch] = useSearchParams()
  const named = search.get(tenantField)
  const { token, tenant } = session
  const isUnnamed = token !== null && tenant !== null && named === null
  useEffect(() => {
    if (!isUnnamed) return
    setSearch(present => new URLSearchParams([...present, [tenantField, tenant]]), { replace: true })
  }, [isUnnamed, tenant, setSearch])
  if (isUnnamed) return null
  if (token !== null && named !== null && named !== tenant)
    return <Forbidden named={named} session={session} />
  return children
}

/** The way out begins the page anew: all of it is of the other tenant. */
function Forbidden({ named, session }: { named: string; session: SessionAnswer }) {
  const { token, tenant } = session
  const { pathname, search } = window.location
  const other = new URLSearchParams(search)
  other.set(tenantField, tenant ?? '')
  return (
    <Page title="Another tenant">
      <Empty title={`This address is of the tenant ${named}`}>
        <p>
          The token {token?.name} is not for it. Log out (top right) and log in with one that is, or{' '}
          <a href={`${pathname}?${other}`}>see the same of {tenant}</a>.
        </p>
      </Empty>
    </Page>
  )
}
