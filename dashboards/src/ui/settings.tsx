import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import * as z from 'zod/mini'

/** What a reader chose for all views; kept in the browser. */
const schema = z.object({
  theme: z._default(z.enum(['system', 'light', 'dark']), 'system'),
  /** `local`, or a name of the IANA database. */
  zone: z._default(z.string().check(z.refine(isZone)), 'local'),
})

export type Settings = z.infer<typeof schema>

const storageKey = 'millrace.settings'
const defaults: Settings = { theme: 'system', zone: 'local' }

export const SettingsContext = createContext<{
  settings: Settings
  change: (part: Partial<Settings>) => void
}>({
  settings: defaults,
  change: () => undefined,
})

export const useSettings = () => useContext(SettingsContext)

export function SettingsProvider({ children }: { children: ReactNode }) {
  const [settings, setSettings] = useState(readSettings)
  useEffect(() => {
    if (settings.theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = settings.theme
    localStorage.setItem(storageKey, JSON.stringify(settings))
  }, [settings])
  const value = useMemo(
    () => ({ settings, change: (part: Partial<Settings>) => setSettings(all => ({ ...all, ...part })) }),
    [settings],
  )
  return <SettingsContext value={value}>{children}</SettingsContext>
}

export function isZone(zone: string): boolean {
  if (zone === 'local') return true
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== null
  } catch {
    return false
  }
}

function readSettings(): Settings {
  try {
    return schema.parse(JSON.parse(localStorage.getItem(storageKey) ?? '{}'))
  } catch {
    // written by another version, or by hand
    return defaults
  }
}
