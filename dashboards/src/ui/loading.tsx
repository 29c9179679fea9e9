import { useEffect, useState } from 'react'
import { Note } from './page.tsx'

const slowMs = 4_000

/** That there is no answer yet: to what, and after some seconds that it takes longer than it should. */
export function Loading({ what }: { what: string }) {
  const [isSlow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), slowMs)
    return () => clearTimeout(timer)
  }, [])
  return (
    <Note>
      <span role="status">
        Loading {what}…{isSlow && ' This takes longer than usual; it is shown as soon as there is an answer.'}
      </span>
    </Note>
  )
}
