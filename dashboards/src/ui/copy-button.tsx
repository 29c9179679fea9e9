import { useState } from 'react'
import controls from './controls.module.css'

interface Properties {
  /** What is copied; worked out when it is. */
  text: string | (() => string)
  children: string
  quiet?: boolean
}

/** Copies, and says so. */
export function CopyButton({ text, children, quiet = false }: Properties) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text())
      setState('copied')
    } catch {
      // a page that is not served over https may not write to the clipboard
      setState('refused')
    }
    setTimeout(() => setState('idle'), 1_500)
  }
  const said = { idle: children, copied: 'Copied', refused: 'The browser does not allow it' }
  return (
    <button
      type="button"
      className={quiet ? controls['quiet'] : controls['button']}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{said[state]}</span>
    </button>
  )
}
