import { lazy, Suspense, useRef } from 'react'
import type { EditorProperties } from './code-editor.tsx'
import styles from './query-field.module.css'

const CodeEditor = lazy(() => import('./code-editor.tsx').then(module => ({ default: module.CodeEditor })))

/** A field for a query. The editor comes after the page; until then a plain field takes what is typed. */
export function QueryField(properties: EditorProperties) {
  const { value, onChange, onRun, label, hint, mistake } = properties
  const plain = useRef<HTMLTextAreaElement>(null)
  const plainField = (
    <textarea
      rows={1}
      ref={plain}
      className={styles['plain']}
      value={value}
      onChange={event => onChange(event.target.value)}
      onKeyDown={event => {
        if (event.key !== 'Enter' || event.shiftKey) return
        event.preventDefault()
        onRun()
      }}
      placeholder={hint}
      aria-label={label}
      aria-invalid={mistake !== undefined}
      spellCheck={false}
      autoComplete="off"
    />
  )
  return (
    <Suspense fallback={plainField}>
      <CodeEditor {...properties} />
    </Suspense>
  )
}
