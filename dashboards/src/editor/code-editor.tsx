import {
  acceptCompletion,
  autocompletion,
  type CompletionSource,
  closeBrackets,
  completionStatus,
  moveCompletionSelection,
  selectedCompletion,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, insertNewline } from '@codemirror/commands'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import { EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap, placeholder } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import styles from './code-editor.module.css'
import { languageSupport, type QueryLanguage } from './languages.ts'

export interface EditorProperties {
  value: string
  onChange: (value: string) => void
  onRun: () => void
  label: string
  hint: string
  language: QueryLanguage
  /** Where the last query was wrong, 1-based, and why. */
  mistake: { line: number; column: number; message: string } | undefined
  complete?: CompletionSource
  focus?: boolean
}

const highlighting = HighlightStyle.define([
  { tag: tags.string, color: 'var(--level-info)' },
  { tag: tags.propertyName, color: 'var(--accent)' },
  { tag: tags.number, color: 'var(--warning)' },
  { tag: [tags.operator, tags.operatorKeyword], color: 'var(--text-soft)' },
  { tag: tags.keyword, color: 'var(--level-fatal)' },
  { tag: tags.comment, color: 'var(--text-faint)' },
])

/** A query, of one line or (Shift and Enter) several: colours, completion, brackets, and a mark where the last answer said it is wrong. */
export function CodeEditor({
  value,
  onChange,
  onRun,
  label,
  hint,
  language,
  mistake,
  complete,
  focus,
}: EditorProperties) {
  const holder = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const handlers = useRef({ onChange, onRun })
  handlers.current = { onChange, onRun }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the editor is made once and then kept up to date below
  useEffect(() => {
    if (holder.current === null) return
    const made = new EditorView({
      parent: holder.current,
      state: EditorState.create({
        doc: value,
        extensions: extensions(label, hint, language, complete, handlers),
      }),
    })
    view.current = made
    if (focus === true) made.focus()
    return () => made.destroy()
  }, [])
  useEffect(() => {
    const editor = view.current
    const shown = editor?.state.doc.toString()
    if (editor === null || shown === value) return
    editor.dispatch({ changes: { from: 0, to: shown?.length ?? 0, insert: value } })
  }, [value])
  useEffect(() => {
    if (view.current !== null) markMistake(view.current, mistake)
  }, [mistake])
  return <div ref={holder} className={mistake === undefined ? styles['editor'] : styles['wrong']} />
}

function extensions(
  label: string,
  hint: string,
  language: QueryLanguage,
  complete: CompletionSource | undefined,
  handlers: { current: Pick<EditorProperties, 'onChange' | 'onRun'> },
) {
  const run = () => {
    handlers.current.onRun()
    return true
  }
  return [
    languageSupport(language),
    syntaxHighlighting(highlighting),
    history(),
    closeBrackets(),
    placeholder(hint),
    // Enter always runs what is written; Tab takes what is offered
    autocompletion({
      icons: false,
      selectOnOpen: false,
      ...(complete === undefined ? {} : { override: [complete] }),
    }),
    Prec.high(
      keymap.of([
        { key: 'Mod-Enter', run },
        { key: 'Tab', run: takeCompletion },
      ]),
    ),
    keymap.of([{ key: 'Enter', run, shift: insertNewline }, ...defaultKeymap, ...historyKeymap]),
    // texts of a query may hold any character, and come back as they were
    EditorState.lineSeparator.of('\n'),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
    EditorView.updateListener.of(update => {
      if (update.docChanged) handlers.current.onChange(update.state.doc.toString())
    }),
  ]
}

/** The option that is chosen, else the first; where nothing is offered the key goes on to the next control. */
function takeCompletion(view: EditorView): boolean {
  if (completionStatus(view.state) !== 'active') return false
  if (selectedCompletion(view.state) === null) moveCompletionSelection(true)(view)
  return acceptCompletion(view)
}

function markMistake(view: EditorView, mistake: EditorProperties['mistake']): void {
  const { doc } = view.state
  const line = doc.line(Math.max(1, Math.min(doc.lines, mistake?.line ?? 1)))
  const from = Math.min(line.to, line.from + (mistake?.column ?? 1) - 1)
  const found =
    mistake === undefined ? [] : [{ from, to: line.to, severity: 'error' as const, message: mistake.message }]
  view.contentDOM.setAttribute('aria-invalid', String(mistake !== undefined))
  view.dispatch(setDiagnostics(view.state, found))
}
