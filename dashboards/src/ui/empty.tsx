import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'
import styles from './empty.module.css'

interface Properties {
  title: string
  /** What may be done, each with a command to copy. */
  commands?: readonly { what: string; command: string }[]
  children?: ReactNode
}

/** Nothing to show: why, and what to do next. */
export function Empty({ title, commands = [], children }: Properties) {
  return (
    <div className={styles['empty']}>
      <h2>{title}</h2>
      {children}
      {commands.length > 0 && (
        <dl>
          {commands.map(({ what, command }) => (
            <div key={command}>
              <dt>{what}</dt>
              <dd>
                <code>{command}</code>
                <CopyButton quiet text={command}>
                  Copy
                </CopyButton>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  )
}
