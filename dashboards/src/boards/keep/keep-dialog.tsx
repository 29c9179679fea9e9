import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { getBoard, getBoards, saveBoard } from '../../api/boards.ts'
import controls from '../../ui/controls.module.css'
import { Dialog } from '../../ui/dialog.tsx'
import { Tools } from '../../ui/page.tsx'
import { Problem } from '../../ui/problem.tsx'
import { boardName } from '../board-name.ts'
import { addPanel } from '../edit/document.ts'
import { emptyBoard, type KeptQuery, keptPanel } from './kept-panel.ts'

interface Properties {
  queries: readonly KeptQuery[]
  unit: string
  onClose: () => void
}

/** Puts queries as a panel onto a dashboard that is there, or a new one, and opens it. */
export function KeepDialog({ queries, unit, onClose }: Properties) {
  const [, navigate] = useLocation()
  const client = useQueryClient()
  const boards = useQuery({ queryKey: ['boards'], queryFn: ({ signal }) => getBoards(signal) })
  const [title, setTitle] = useState('')
  const [onto, setOnto] = useState('')
  const [boardTitle, setBoardTitle] = useState('')
  const [error, setError] = useState<Error>()
  const isNew = onto === ''
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const name = isNew ? boardName(boardTitle) : onto
    try {
      const { text, version } = isNew
        ? { text: emptyBoard(name, boardTitle.trim()), version: 0 }
        : await getBoard(name, 0, new AbortController().signal)
      await saveBoard(name, addPanel(text, keptPanel(title.trim(), queries, unit)).text, version)
      void client.invalidateQueries({ queryKey: ['boards'] })
      void client.invalidateQueries({ queryKey: ['board', name] })
      navigate(`/dashboards/${name}`)
    } catch (failure) {
      setError(failure as Error)
    }
  }
  return (
    <Dialog title="Onto a dashboard" onClose={onClose}>
      <form onSubmit={event => void submit(event)}>
        <Tools>
          <label>
            Title of the panel
            <input required maxLength={100} value={title} onChange={event => setTitle(event.target.value)} />
          </label>
          <label>
            Dashboard
            <select value={onto} onChange={event => setOnto(event.target.value)}>
              <option value="">a new one</option>
              {(boards.data?.dashboards ?? []).map(board => (
                <option key={board.name} value={board.name}>
                  {board.title || board.name}
                </option>
              ))}
            </select>
          </label>
          {isNew && (
            <label>
              Its title
              <input
                required
                maxLength={100}
                value={boardTitle}
                onChange={event => setBoardTitle(event.target.value)}
              />
            </label>
          )}
          <button
            type="submit"
            className={controls['primary']}
            disabled={isNew && boardName(boardTitle) === ''}
          >
            Add
          </button>
        </Tools>
      </form>
      {error !== undefined && <Problem error={error} />}
    </Dialog>
  )
}
