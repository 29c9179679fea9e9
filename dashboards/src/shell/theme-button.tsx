import { useEffect, useState } from 'react'
import controls from './controls.module.css'

type Theme = 'system' | 'light' | 'dark'
const next: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' }
const signs: Record<Theme, string> = { system: '◐', light: '☀', dark: '☾' }
const storageKey = 'millrace.theme'

/** Light, dark, or as the system has it. */
export function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(readTheme)
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
    localStorage.setItem(storageKey, theme)
  }, [theme])
  const label = `Theme: ${theme}`
  return (
    <button
      type="button"
      className={controls['quiet']}
      title={label}
      aria-label={label}
      onClick={() => setTheme(next[theme])}
    >
      {signs[theme]}
    </button>
  )
}

function readTheme(): Theme {
  const stored = localStorage.getItem(storageKey)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}
