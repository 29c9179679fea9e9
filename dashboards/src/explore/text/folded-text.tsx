import { useState } from 'react'
import controls from '../../ui/controls.module.css'
import { formatBytes } from '../../ui/format.ts'
import styles from './folded-text.module.css'
import { Marked } from './marked.tsx'

const shownLength = 1_500
const shownLines = 30

/** A text as it was written. A long one is folded, so that what stands below it is in reach. */
export function FoldedText({
  text,
  marker,
  label,
}: {
  text: string
  marker: RegExp | undefined
  label: string
}) {
  const [isWhole, setWhole] = useState(false)
  const start = beginning(text)
  const isLong = start.length < text.length
  return (
    <div className={styles['folded']}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be in reach of the keyboard */}
      <section className={styles['text']} tabIndex={0} aria-label={label}>
        <Marked text={isWhole ? text : start} marker={marker} />
        {isLong && !isWhole && '…'}
      </section>
      {isLong && (
        <button type="button" className={controls['link']} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Fold' : `Show all of it (${formatBytes(text.length)})`}
        </button>
      )}
    </div>
  )
}

function beginning(text: string): string {
  const short = text.slice(0, shownLength)
  let at = -1
  for (let i = 0; i < shownLines; i++) {
    at = short.indexOf('\n', at + 1)
    if (at === -1) return short
  }
  return short.slice(0, at)
}
