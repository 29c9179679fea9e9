import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import { Explore } from '../explore/explore.tsx'

export interface PageEntry {
  path: string
  title: string
  component: ComponentType | LazyExoticComponent<ComponentType>
}

/** All pages, as the header shows them. Explore is the start page; every other comes when it is first opened. */
export const pages: readonly PageEntry[] = [
  { path: '/explore', title: 'Explore', component: Explore },
  {
    path: '/metrics',
    title: 'Metrics',
    component: lazy(() => import('../metrics/metrics.tsx').then(module => ({ default: module.Metrics }))),
  },
  {
    path: '/traces',
    title: 'Traces',
    component: lazy(() => import('../traces/traces.tsx').then(module => ({ default: module.Traces }))),
  },
  {
    path: '/streams',
    title: 'Streams',
    component: lazy(() => import('../streams/streams.tsx').then(module => ({ default: module.Streams }))),
  },
  {
    path: '/alerts',
    title: 'Alerts',
    component: lazy(() => import('../alerts/alerts.tsx').then(module => ({ default: module.Alerts }))),
  },
  {
    path: '/fleet',
    title: 'Fleet',
    component: lazy(() => import('../fleet/fleet.tsx').then(module => ({ default: module.Fleet }))),
  },
  {
    path: '/admin',
    title: 'Admin',
    component: lazy(() => import('../admin/admin.tsx').then(module => ({ default: module.Admin }))),
  },
]
