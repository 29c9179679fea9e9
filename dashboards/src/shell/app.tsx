import { lazy, Suspense } from 'react'
import { Link, Redirect, Route, Switch } from 'wouter'
import { Explore } from '../explore/explore.tsx'
import styles from './app.module.css'
import { StatusLight } from './status-light.tsx'
import { ThemeButton } from './theme-button.tsx'

// Explore is the start page; the charts' library comes only with the page that needs it
const Metrics = lazy(() => import('../metrics/metrics.tsx').then(module => ({ default: module.Metrics })))

/** The frame of every page: name, pages, state of the system, theme. */
export function App() {
  return (
    <div className={styles['app']}>
      <header className={styles['header']}>
        <Link href="/explore" className={styles['brand'] ?? ''}>
          <Mark />
          Millrace
        </Link>
        <nav aria-label="Pages" className={styles['nav']}>
          <PageLink href="/explore">Explore</PageLink>
          <PageLink href="/metrics">Metrics</PageLink>
        </nav>
        <span className={styles['space']} />
        <StatusLight />
        <ThemeButton />
      </header>
      <main className={styles['main']}>
        <Suspense fallback={<p className={styles['loading']}>Loading…</p>}>
          <Switch>
            <Route path="/explore" component={Explore} />
            <Route path="/metrics" component={Metrics} />
            <Route>
              <Redirect to={`/explore${window.location.search}`} replace />
            </Route>
          </Switch>
        </Suspense>
      </main>
    </div>
  )
}

function PageLink({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} className={active => (active ? styles['current'] : styles['page']) ?? ''}>
      {children}
    </Link>
  )
}

/** Water over a wheel. */
function Mark() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true">
      <circle cx="10" cy="11" r="6" fill="none" stroke="currentColor" strokeWidth="2" />
      <path d="M10 5v12M4 11h12" stroke="currentColor" strokeWidth="1.4" />
      <path d="M1 4c3-2 6 2 9 0s6-2 9 0" fill="none" stroke="currentColor" strokeWidth="2" />
    </svg>
  )
}
