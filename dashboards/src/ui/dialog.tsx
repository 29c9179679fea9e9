import { type ReactNode, useEffect, useRef } from 'react'
import controls from './controls.module.css'
import styles from './dialog.module.css'

interface Properties {
  title: string
  onClose: () => void
  children: ReactNode
  /** At the right edge and as high as the window, rather than in its middle. */
  side?: boolean
}

/** Something to read or do before going on. The browser's own dialog: Escape closes it, and the focus stays in it. */
export function Dialog({ title, onClose, children, side = false }: Properties) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    // by itself the button that closes it would have the focus, and what is typed would go nowhere
    dialog.current?.querySelector<HTMLElement>('input, select, textarea')?.focus()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={side ? styles['side'] : styles['dialog']}
      aria-label={title}
      closedby="any"
      onClose={onClose}
    >
      <div className={styles['content']}>
        <header className={styles['header']}>
          <h2>{title}</h2>
          <button
            type="button"
            className={controls['quiet']}
            aria-label="Close"
            onClick={() => dialog.current?.close()}
          >
            ✕
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
