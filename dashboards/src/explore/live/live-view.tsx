import { useState } from 'react'
import type { Showing } from '../lines/showing.ts'
import type { ChangeView, View } from '../view.ts'
import { ViewBar } from '../view-bar.tsx'
import { LiveList } from './live-list.tsx'
import styles from './live-view.module.css'

interface Properties {
  view: View
  change: ChangeView
  showing: Showing
}

/** Lines of a query as they come in. */
export function LiveView({ view, change, showing }: Properties) {
  const [opened, setOpened] = useState('')
  return (
    <section className={styles['live']} aria-label="Live">
      <ViewBar view={view} change={change} />
      <LiveList key={view.query} query={view.query} showing={showing} opened={opened} onOpen={setOpened} />
    </section>
  )
}
