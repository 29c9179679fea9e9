import controls from '../ui/controls.module.css'
import { type Settings, useSettings } from '../ui/settings.tsx'

type Theme = Settings['theme']
const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const signs: Record<Theme, string> = { system: '◐', light: '☀', dark: '☾' }

/** Light, dark, or as the system has it. */
export function ThemeButton() {
  const { settings, change } = useSettings()
  const label = `Theme: ${settings.theme}`
  return (
    <button
      type="button"
      className={controls['quiet']}
      title={label}
      aria-label={label}
      onClick={() => change({ theme: next[settings.theme] })}
    >
      {signs[settings.theme]}
    </button>
  )
}
