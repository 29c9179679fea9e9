import { type BrowserLocationHook, useBrowserLocation } from 'wouter/use-browser-location'

/** Where tokens are asked for, whose data a view shows stands in its address too. */
export const tenantField = 'tenant'

/** The tenant that the address of the page names. */
export function shownTenant(): string | undefined {
  const search = typeof window === 'undefined' ? '' : window.location.search
  return new URLSearchParams(search).get(tenantField) ?? undefined
}

/** An address of the page or of the API, asked of the tenant that is shown; one that names a tenant stays as it is. */
export function withTenant(address: string, tenant = shownTenant()): string {
  if (tenant === undefined || !/^\/(?![/\\])/.test(address)) return address
  const url = new URL(address, 'http://page')
  if (!url.searchParams.has(tenantField)) url.searchParams.set(tenantField, tenant)
  return url.pathname + url.search + url.hash
}

/** Where the browser is, for all links: none leads to another tenant. */
export const useLocationOfTenant: BrowserLocationHook = options => {
  const [path, navigate] = useBrowserLocation(options)
  return [path, (to, how) => navigate(withTenant(String(to)), how)]
}
