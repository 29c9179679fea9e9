import { useState } from 'react'
import type { BoardAnswer } from '../../../../query/index.ts'
import { Dialog } from '../../ui/dialog.tsx'
import type { Range } from '../../ui/range.ts'
import { BoardView } from '../board-view.tsx'
import type { Values } from '../interpolate.ts'
import { BoardEditor } from './board-editor.tsx'
import { addPanel, changePanel, duplicatePanel, movePanel, type PanelPlace, removePanel } from './document.ts'
import { PanelForm } from './panel-form.tsx'
import { written } from './panel-input.ts'
import { type PanelAction, PanelTools } from './panel-tools.tsx'
import { useDraft } from './use-draft.ts'

interface Properties {
  found: BoardAnswer
  /** The newest version that was there when this one was opened; 0: none was saved. */
  newest: number
  range: Range
  onBrush: (start: string, end: string) => void
  onSaved: () => void
}

/** A dashboard while it is edited: each panel with its tools, forms over them, and the YAML that they all change. */
export function BoardDesk({ found, newest, range, onBrush, onSaved }: Properties) {
  const draft = useDraft(found, newest, onSaved)
  const [edited, setEdited] = useState<{ place: PanelPlace; values: Values }>()
  const { board, change } = draft
  const act = (action: PanelAction, place: PanelPlace, values: Values) => {
    switch (action) {
      case 'edit':
        return setEdited({ place, values })
      case 'duplicate':
        return void change(text => duplicatePanel(text, place))
      case 'remove':
        return void change(text => removePanel(text, place))
      case 'earlier':
        return void change(text => movePanel(text, place, -1))
      case 'later':
        return void change(text => movePanel(text, place, 1))
    }
  }
  const item = edited && board.spec.layouts[edited.place.layout]?.spec.items[edited.place.item]
  const panel = item && board.spec.panels[item.content.$ref.slice('#/spec/panels/'.length)]
  return (
    <>
      <BoardEditor found={found} draft={draft} onAdd={() => void change(text => addPanel(text).text)} />
      <BoardView
        board={board}
        range={range}
        onBrush={onBrush}
        tools={(name, place, values) => (
          <PanelTools name={name} busy={draft.busy} onAction={action => act(action, place, values)} />
        )}
      />
      {edited !== undefined && item !== undefined && panel !== undefined && (
        <Dialog title={panel.spec.display.name || 'Panel'} onClose={() => setEdited(undefined)} side>
          <PanelForm
            panel={panel}
            size={item}
            values={edited.values}
            range={range}
            onCancel={() => setEdited(undefined)}
            onDone={(next, size) => {
              setEdited(undefined)
              void change(text =>
                changePanel(text, edited.place, written(next), { width: size.width, height: size.height }),
              )
            }}
          />
        </Dialog>
      )}
    </>
  )
}
