import { useState } from 'react'
import controls from '../ui/controls.module.css'
import { Popover } from '../ui/popover.tsx'
import { isZone, useSettings } from '../ui/settings.tsx'
import { useTimes } from '../ui/times.ts'
import styles from './zone-button.module.css'

/** In which zone all times are shown: this browser's, UTC, or any. */
export function ZoneButton() {
  const { settings, change } = useSettings()
  const { zone } = useTimes()
  return (
    <Popover
      quiet
      text={settings.zone === 'local' ? 'Local' : zone}
      label={`Time zone: ${settings.zone === 'local' ? `Local, ${zone}` : zone}`}
    >
      {close => (
        <Choice
          present={settings.zone}
          onZone={chosen => {
            change({ zone: chosen })
            close()
          }}
        />
      )}
    </Popover>
  )
}

function Choice({ present, onZone }: { present: string; onZone: (zone: string) => void }) {
  const [text, setText] = useState(present === 'local' || present === 'UTC' ? '' : present)
  const isKnown = text !== '' && isZone(text)
  return (
    <div className={styles['choice']}>
      <button type="button" className={controls['quiet']} onClick={() => onZone('local')}>
        This browser's zone
      </button>
      <button type="button" className={controls['quiet']} onClick={() => onZone('UTC')}>
        UTC
      </button>
      <form
        onSubmit={event => {
          event.preventDefault()
          if (isKnown) onZone(text)
        }}
      >
        <input
          aria-label="Another zone"
          list="zones"
          placeholder="Europe/Paris"
          value={text}
          onChange={event => setText(event.target.value)}
        />
        <datalist id="zones">
          {Intl.supportedValuesOf('timeZone').map(zone => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <button type="submit" className={controls['button']} disabled={!isKnown}>
          Use
        </button>
      </form>
    </div>
  )
}
