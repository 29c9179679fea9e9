import { Link, useLocation } from 'wouter'
import { Empty } from '../ui/empty.tsx'
import { Page } from '../ui/page.tsx'
import { pages } from './pages.ts'

/** An address that no page has. */
export function NotFound() {
  const [path] = useLocation()
  return (
    <Page title="Not found">
      <Empty title={`There is no page ${path}`}>
        <p>There are:</p>
        <ul>
          {pages.map(page => (
            <li key={page.path}>
              <Link href={page.path}>{page.title}</Link>
            </li>
          ))}
        </ul>
      </Empty>
    </Page>
  )
}
