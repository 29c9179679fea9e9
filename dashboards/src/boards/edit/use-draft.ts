import { useState } from 'react'
import type { Board, BoardAnswer } from '../../../../query/index.ts'
import { checkBoard, saveBoard } from '../../api/boards.ts'

const maxUndone = 50
/** What is saved stands before another one of its name. */
const insteadOf = {
  saved: '',
  shipped: ', in place of the one that comes with Millrace: deleting yours brings that back',
  file: ', in place of the file: deleting yours brings that back',
}

/**
 * A dashboard's text while it is changed: what it means as last understood, and the way back. `newest`: the version that is
 * known, which nobody else may have followed by another when it is saved.
 */
export function useDraft(found: BoardAnswer, newest: number, onSaved: () => void) {
  const [base, setBase] = useState(newest)
  const [text, setText] = useState(found.text)
  const [board, setBoard] = useState<Board>(found.board)
  const [past, setPast] = useState<readonly string[]>([])
  const [error, setError] = useState<Error>()
  const [said, setSaid] = useState('')
  /** What is shown is behind the text: what was clicked on it would be meant for another. */
  const [busy, setBusy] = useState(false)
  const run = async (what: () => Promise<string>) => {
    setBusy(true)
    try {
      setSaid(await what())
      setError(undefined)
    } catch (failure) {
      setError(failure as Error)
    } finally {
      setBusy(false)
    }
  }
  const look = (next: string) =>
    run(async () => {
      const { board: understood } = await checkBoard(next)
      setBoard(understood)
      return 'Shown below, not saved yet.'
    })
  /** Takes over a change that a form made. */
  const change = async (make: (present: string) => string) => {
    if (busy) return
    setPast([...past.slice(1 - maxUndone), text])
    const next = make(text)
    setText(next)
    await look(next)
  }
  const undo = async () => {
    const last = past.at(-1)
    if (last === undefined) return
    setPast(past.slice(0, -1))
    setText(last)
    await look(last)
  }
  const save = () =>
    run(async () => {
      const { version } = await saveBoard(found.name, text, base)
      setBase(version)
      onSaved()
      return `Saved as version ${version}${insteadOf[found.origin]}.`
    })
  return {
    text,
    setText,
    board,
    error,
    busy,
    said,
    canUndo: past.length > 0,
    look: () => look(text),
    change,
    undo,
    save,
  }
}

export type Draft = ReturnType<typeof useDraft>
