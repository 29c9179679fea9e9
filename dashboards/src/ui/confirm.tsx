import { type ReactNode, useState } from 'react'
import controls from './controls.module.css'
import { Dialog } from './dialog.tsx'
import { Problem } from './problem.tsx'

interface Properties {
  /** On the button that opens it, and on the one that does it. */
  action: string
  title: string
  /** What will happen. */
  children: ReactNode
  /** Has to be typed before it can be done, where it cannot be undone. */
  word?: string
  onConfirm: () => Promise<unknown>
  onDone: () => void
}

/** A button for what one does not do by mistake: it says what will happen, and does it when told again. */
export function Confirm({ action, title, children, word, onConfirm, onDone }: Properties) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<Error>()
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    try {
      await onConfirm()
      setOpen(false)
      onDone()
    } catch (failure) {
      setError(failure as Error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <button type="button" className={controls['danger']} onClick={() => setOpen(true)}>
        {action}
      </button>
      {open && (
        <Dialog title={title} onClose={() => setOpen(false)}>
          {children}
          {word !== undefined && (
            <label>
              Type <code>{word}</code> to go on
              <br />
              <input value={typed} onChange={event => setTyped(event.target.value)} />
            </label>
          )}
          {error !== undefined && <Problem error={error} />}
          <p>
            <button
              type="button"
              className={controls['danger']}
              disabled={busy || (word !== undefined && typed !== word)}
              onClick={() => void run()}
            >
              {action}
            </button>
          </p>
        </Dialog>
      )}
    </>
  )
}
