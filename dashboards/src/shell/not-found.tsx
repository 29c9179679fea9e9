import { Link, useLocation } from 'wouter'
import { Empty } from '../ui/empty.tsx'
import { pages } from './pages.ts'

/** An address that no page has. */
export function NotFound() {
  const [path] = useLocation()
  return (
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
  )
}
