import { useLocation, useRoute } from 'wouter'
import { Page } from '../ui/page.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Unknown } from '../ui/unknown.tsx'
import { Audit } from './audit.tsx'
import { Queries } from './queries.tsx'
import { Storage } from './storage.tsx'
import { Tokens } from './tokens.tsx'

const tabs = [
  { name: 'storage', title: 'Storage' },
  { name: 'queries', title: 'Running queries' },
  { name: 'tokens', title: 'Tokens' },
  { name: 'audit', title: 'Audit' },
] as const

/** For whoever keeps the installation running. */
export function Admin() {
  const [isHere, parameters] = useRoute('/admin/:tab?')
  const [, navigate] = useLocation()
  const current = tabs.find(({ name }) => name === (parameters?.tab ?? 'storage'))?.name
  if (!isHere || current === undefined) return <Unknown view="Admin" address="/admin" />
  return (
    <Page title="Admin">
      <Tabs label="Views" tabs={tabs} current={current} onChange={name => navigate(`/admin/${name}`)}>
        {current === 'storage' && <Storage />}
        {current === 'queries' && <Queries />}
        {current === 'tokens' && <Tokens />}
        {current === 'audit' && <Audit />}
      </Tabs>
    </Page>
  )
}
