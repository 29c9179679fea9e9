import { useState } from 'react'
import controls from '../../ui/controls.module.css'
import { Dialog } from '../../ui/dialog.tsx'
import { Fields } from './fields.tsx'
import styles from './fields-panel.module.css'

type Properties = Parameters<typeof Fields>[0]

/** Fields beside the lines; on a narrow screen behind a button. */
export function FieldsPanel(properties: Properties) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <aside className={styles['panel']} aria-label="Fields">
        <Fields {...properties} />
      </aside>
      <button
        type="button"
        className={`${controls['button']} ${styles['opener']}`}
        onClick={() => setOpen(true)}
      >
        Fields
      </button>
      {isOpen && (
        <Dialog title="Fields" side onClose={() => setOpen(false)}>
          <Fields {...properties} />
        </Dialog>
      )}
    </>
  )
}
