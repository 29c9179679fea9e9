import { Link, useLocation } from 'wouter'
import { Empty } from './empty.tsx'
import { Page } from './page.tsx'

/** An address that a view does not have. */
export function Unknown({ view, address }: { view: string; address: string }) {
  const [path] = useLocation()
  return (
    <Page title="Not found">
      <Empty title={`There is no page ${path}`}>
        <p>
          There is <Link href={address}>{view}</Link>.
        </p>
      </Empty>
    </Page>
  )
}
