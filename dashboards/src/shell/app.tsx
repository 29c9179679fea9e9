import { lazy, Suspense, useEffect, useRef } from 'react'
import { Link, Redirect, Route, Router, Switch, useLocation, useRoute } from 'wouter'
import { logout } from '../api/system.ts'
import controls from '../ui/controls.module.css'
import { SkipLink } from '../ui/skip-link.tsx'
import { useLocationOfTenant, withTenant } from '../ui/tenant.ts'
import styles from './app.module.css'
import { Boundary } from './boundary.tsx'
import { pages } from './pages.ts'
import { Shortcuts } from './shortcuts.tsx'
import { StatusLight } from './status-light.tsx'
import { TenantViews } from './tenant-views.tsx'
import { ThemeButton } from './theme-button.tsx'
import { useSession } from './use-session.ts'
import { ZoneButton } from './zone-button.tsx'

// seen seldom: the first load goes without them
const Login = lazy(() => import('./login.tsx').then(module => ({ default: module.Login })))
const TenantButton = lazy(() =>
  import('./tenant-button.tsx').then(module => ({ default: module.TenantButton })),
)
const NotFound = lazy(() => import('./not-found.tsx').then(module => ({ default: module.NotFound })))

export function App() {
  return (
    <Router hook={useLocationOfTenant} hrefs={address => withTenant(address)}>
      <Frame />
    </Router>
  )
}

/** The frame of every page: name, pages, state of the system, theme; where tokens are asked for, a login before all that. */
function Frame() {
  const { session, refresh } = useSession()
  if (session === undefined) return null
  const needsLogin = session.auth === 'token' && session.token === null
  const leave = async () => {
    await logout()
    await refresh()
  }
  return (
    <div className={styles['app']}>
      <header className={styles['header']}>
        <SkipLink />
        <Link href="/explore" className={styles['brand'] ?? ''} aria-label="Millrace">
          <Mark />
          <span>Millrace</span>
        </Link>
        {!needsLogin && <Pages />}
        <span className={styles['space']} />
        {!needsLogin && <StatusLight />}
        {session.token !== null && (
          <Suspense>
            <TenantButton session={session} />
          </Suspense>
        )}
        {session.token !== null && (
          <button
            type="button"
            className={controls['quiet']}
            title={`Logged in with the token ${session.token.name}`}
            onClick={() => void leave()}
          >
            Log out
          </button>
        )}
        <ZoneButton />
        <ThemeButton />
      </header>
      {!needsLogin && <Shortcuts />}
      <main className={styles['main']} tabIndex={-1}>
        <Suspense>
          {needsLogin ? (
            <Login onDone={refresh} />
          ) : (
            <TenantViews session={session}>
              <Views />
            </TenantViews>
          )}
        </Suspense>
      </main>
    </div>
  )
}

function Pages() {
  const [path] = useLocation()
  const nav = useRef<HTMLElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the bar moves when another page is shown
  useEffect(() => {
    nav.current
      ?.querySelector('[aria-current="page"]')
      ?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [path])
  return (
    <nav ref={nav} aria-label="Pages" className={styles['nav']}>
      {pages.map(({ path, title }) => (
        <PageLink key={path} href={path}>
          {title}
        </PageLink>
      ))}
    </nav>
  )
}

function Views() {
  const [at] = useLocation()
  return (
    <Boundary at={at}>
      <Suspense fallback={<p className={styles['loading']}>Loading…</p>}>
        <Switch>
          <Route path="/">
            <Redirect to={`/explore${window.location.search}`} replace />
          </Route>
          {pages.map(({ path, component, isOne = false }) => (
            <Route key={path} path={isOne ? path : `${path}/*?`} component={component} />
          ))}
          <Route component={NotFound} />
        </Switch>
      </Suspense>
    </Boundary>
  )
}

function PageLink({ href, children }: { href: string; children: string }) {
  const [isCurrent] = useRoute(`${href}/*?`)
  return (
    <Link
      href={href}
      className={(isCurrent ? styles['current'] : styles['page']) ?? ''}
      aria-current={isCurrent ? 'page' : undefined}
    >
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
