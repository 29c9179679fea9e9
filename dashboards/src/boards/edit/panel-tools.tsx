import controls from '../../ui/controls.module.css'
import styles from './edit.module.css'

export type PanelAction = 'edit' | 'duplicate' | 'remove' | 'earlier' | 'later'

const actions: readonly { action: PanelAction; sign: string; title: string }[] = [
  { action: 'earlier', sign: '←', title: 'Move before the panel before it' },
  { action: 'later', sign: '→', title: 'Move behind the panel after it' },
  { action: 'edit', sign: 'Edit', title: 'Edit' },
  { action: 'duplicate', sign: 'Copy', title: 'Copy' },
  { action: 'remove', sign: '✕', title: 'Remove' },
]

interface Properties {
  name: string
  busy: boolean
  onAction: (action: PanelAction) => void
}

/** What can be done to a panel while its dashboard is edited. */
export function PanelTools({ name, busy, onAction }: Properties) {
  return (
    <div className={styles['tools']} role="toolbar" aria-label={`Panel ${name}`}>
      {actions.map(({ action, sign, title }) => (
        <button
          key={action}
          type="button"
          className={controls['quiet']}
          title={title}
          aria-disabled={busy}
          aria-label={`${title}: ${name}`}
          onClick={() => onAction(action)}
        >
          {sign}
        </button>
      ))}
    </div>
  )
}
