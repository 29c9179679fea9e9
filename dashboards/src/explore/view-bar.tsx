import type { ReactNode } from 'react'
import controls from '../ui/controls.module.css'
import type { ChangeView, View } from './view.ts'
import styles from './view-bar.module.css'

const tabs = [
  ['lines', 'Lines'],
  ['patterns', 'Patterns'],
  ['compare', 'Compare'],
  ['explain', 'Explain'],
] as const

interface Properties {
  view: View
  change: ChangeView
  children?: ReactNode
}

/** What is looked at, and how lines are shown. */
export function ViewBar({ view, change, children }: Properties) {
  return (
    <div className={styles['bar']}>
      {!view.tail && (
        <nav className={styles['tabs']} aria-label="View">
          {tabs.map(([name, title]) => (
            <button
              key={name}
              type="button"
              aria-pressed={view.tab === name}
              className={view.tab === name ? styles['current'] : styles['tab']}
              onClick={() => change({ tab: name })}
            >
              {title}
            </button>
          ))}
        </nav>
      )}
      <div className={styles['tools']}>
        {(view.tail || view.tab === 'lines') && (
          <>
            <Switch text="Wrap" isOn={view.wrap} onChange={wrap => change({ wrap }, { replace: true })} />
            <Switch
              text="Fields inline"
              isOn={view.inline}
              onChange={inline => change({ inline }, { replace: true })}
            />
          </>
        )}
        {!view.tail && (
          <Switch
            text="Period before"
            isOn={view.before}
            onChange={before => change({ before }, { replace: true })}
          />
        )}
        {children}
      </div>
    </div>
  )
}

function Switch({
  text,
  isOn,
  onChange,
}: {
  text: string
  isOn: boolean
  onChange: (isOn: boolean) => void
}) {
  return (
    <button
      type="button"
      className={isOn ? controls['pressed'] : controls['button']}
      aria-pressed={isOn}
      onClick={() => onChange(!isOn)}
    >
      {text}
    </button>
  )
}
