import { type ComponentType, type LazyExoticComponent, lazy } from 'react'
import { Explore } from '../explore/explore.tsx'

export interface PageEntry {
  path: string
  title: string
  /** Behind `g`. */
  key: string
  component: ComponentType | LazyExoticComponent<ComponentType>
  /** It is one view: nothing stands below its address. */
  isOne?: true
}

/** All pages, as the header shows them. Explore is the start page; every other comes when it is first opened. */
export const pages: readonly PageEntry[] = [
  { path: '/explore', title: 'Explore', key: 'e', component: Explore, isOne: true },
  {
    path: '/metrics',
    title: 'Metrics',
    key: 'm',
    isOne: true,
    component: lazy(() => import('../metrics/metrics.tsx').then(module => ({ default: module.Metrics }))),
  },
  {
    path: '/dashboards',
    title: 'Dashboards',
    key: 'b',
    component: lazy(() => import('../boards/boards.tsx').then(module => ({ default: module.Boards }))),
  },
  {
    path: '/traces',
    title: 'Traces',
    key: 't',
    component: lazy(() => import('../traces/traces.tsx').then(module => ({ default: module.Traces }))),
  },
  {
    path: '/streams',
    title: 'Streams',
    key: 's',
    component: lazy(() => import('../streams/streams.tsx').then(module => ({ default: module.Streams }))),
  },
  {
    path: '/alerts',
    title: 'Alerts',
    key: 'a',
    component: lazy(() => import('../alerts/alerts.tsx').then(module => ({ default: module.Alerts }))),
  },
  {
    path: '/fleet',
    title: 'Fleet',
    key: 'f',
    component: lazy(() => import('../fleet/fleet.tsx').then(module => ({ default: module.Fleet }))),
  },
  {
    path: '/admin',
    title: 'Admin',
    key: 'd',
    component: lazy(() => import('../admin/admin.tsx').then(module => ({ default: module.Admin }))),
  },
]
