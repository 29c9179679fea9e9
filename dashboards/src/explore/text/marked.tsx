import { Fragment, memo } from 'react'
import type { Look } from './ansi.ts'
import styles from './marked.module.css'
import { piecesOf } from './marks.ts'
import { visible } from './visible.ts'

/** A text with its colours, and with what was looked for marked. */
export const Marked = memo(function Marked({ text, marker }: { text: string; marker: RegExp | undefined }) {
  return piecesOf(text, marker).map(({ text: part, look, isMatch }, i) => {
    const shown = visible(part)
    const content = isMatch ? <mark className={styles['match']}>{shown}</mark> : shown
    // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place in the text
    if (Object.keys(look).length === 0) return <Fragment key={i}>{content}</Fragment>
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place in the text
      <span key={i} style={styleOf(look)}>
        {content}
      </span>
    )
  })
})

function styleOf({ colour, background, bold, italic, underline, dim }: Look) {
  return {
    ...(colour === undefined ? {} : { color: colour }),
    ...(background === undefined ? {} : { background }),
    ...(bold ? { fontWeight: 700 } : {}),
    ...(italic ? { fontStyle: 'italic' } : {}),
    ...(underline ? { textDecoration: 'underline' } : {}),
    ...(dim ? { opacity: 0.7 } : {}),
  }
}
