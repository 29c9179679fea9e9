import type { ReactNode } from 'react'
import styles from './answered.module.css'
import { inZone } from './in-zone.ts'
import { useSaidAbove } from './said-once.tsx'
import { useTimes } from './times.ts'

interface Properties<T> {
  data: T | undefined
  error: Error | null
  /** What is said where there is nothing in the answer; undefined where there is something. */
  empty: (data: T) => string | undefined
  children: (data: T) => ReactNode
}

/** An answer within a small part of the page: in one line while it is not there, is wrong, or has nothing. */
export function Answered<T>({ data, error, empty, children }: Properties<T>) {
  const times = useTimes()
  const isSaidAbove = useSaidAbove(error)
  if (isSaidAbove) return <p className={styles['note']}>No answer: see above.</p>
  if (error !== null)
    return (
      <p role="alert" className={styles['error']}>
        {inZone(error.message, times)}
      </p>
    )
  if (data === undefined) return <p className={styles['note']}>Loading…</p>
  const nothing = empty(data)
  return nothing === undefined ? children(data) : <p className={styles['note']}>{nothing}</p>
}
