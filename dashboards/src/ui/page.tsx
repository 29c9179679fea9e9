import type { ReactNode } from 'react'
import styles from './page.module.css'

interface Properties {
  title: string
  /** What stands in the bar beside the title: range, search, buttons. */
  bar?: ReactNode
  children: ReactNode
}

/** The frame of a view: its name and tools on top, below what it shows. */
export function Page({ title, bar, children }: Properties) {
  return (
    <div className={styles['page']}>
      <div className={styles['bar']}>
        <h1 title={title}>{title}</h1>
        {bar}
      </div>
      {children}
    </div>
  )
}

/** What scrolls below the bar of a view. */
export function PageBody({ children }: { children: ReactNode }) {
  return <div className={styles['body']}>{children}</div>
}

export function Note({ children }: { children: ReactNode }) {
  return <p className={styles['note']}>{children}</p>
}

/** Parts of a tab or a page, one below the other. */
export function Section({ children }: { children: ReactNode }) {
  return <div className={styles['section']}>{children}</div>
}

/** Fields and buttons in a row. */
export function Tools({ children }: { children: ReactNode }) {
  return <div className={styles['tools']}>{children}</div>
}
