import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import controls from './controls.module.css'
import styles from './popover.module.css'

interface Properties {
  /** Of the button, for a label beside it. */
  id?: string
  /** What stands on the button. */
  text: ReactNode
  label?: string
  quiet?: boolean
  /** What opens below the button; `close` closes it. */
  children: (close: () => void) => ReactNode
}

/** A panel below a button. The browser's own popover: Escape or a click beside it closes it, and the focus goes back. */
export function Popover({ id: buttonId, text, label, quiet = false, children }: Properties) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const panel = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(false)
  useEffect(() => {
    if (open && button.current !== null && panel.current !== null) place(button.current, panel.current)
  }, [open])
  const close = () => panel.current?.hidePopover()
  return (
    <>
      <button
        ref={button}
        id={buttonId}
        type="button"
        className={quiet ? controls['quiet'] : controls['button']}
        aria-label={label}
        aria-haspopup="dialog"
        aria-expanded={open}
        popoverTarget={id}
      >
        {text} <span aria-hidden="true">▾</span>
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label ?? (typeof text === 'string' ? text : undefined)}
        className={styles['panel']}
        onToggle={event => setOpen(event.newState === 'open')}
      >
        {open && children(close)}
      </div>
    </>
  )
}

const gap = 4

/** Below the button, within the window. */
function place(button: HTMLElement, panel: HTMLElement): void {
  const box = button.getBoundingClientRect()
  const left = Math.max(gap, Math.min(box.left, window.innerWidth - panel.offsetWidth - gap))
  const below = box.bottom + gap
  const top =
    below + panel.offsetHeight > window.innerHeight
      ? Math.max(gap, box.top - panel.offsetHeight - gap)
      : below
  panel.style.left = `${left}px`
  panel.style.top = `${top}px`
  panel.querySelector<HTMLElement>('input, button, select, a')?.focus()
}
