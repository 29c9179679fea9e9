import { Tools } from '../ui/page.tsx'
import { ListChoice } from './list-choice.tsx'
import type { VariableState } from './use-variables.ts'
import styles from './variable-bar.module.css'

interface Properties {
  states: readonly VariableState[]
  onChoose: (name: string, value: string) => void
}

/** What a dashboard may be looked at by. */
export function VariableBar({ states, onChoose }: Properties) {
  const shown = states.filter(({ variable: { spec, kind } }) => {
    return !spec.hidden && !(kind === 'TextVariable' && spec.constant)
  })
  if (shown.length === 0) return null
  return (
    <div style={{ marginBottom: 10 }}>
      <Tools>
        {shown.map(state => {
          const { spec } = state.variable
          return (
            <div key={spec.name} className={styles['variable']} title={spec.display.description}>
              <label htmlFor={`var-${spec.name}`}>{spec.display.name || spec.name}</label>
              <Field state={state} onChoose={value => onChoose(spec.name, value)} />
            </div>
          )
        })}
      </Tools>
      {shown.map(
        ({ variable: { spec }, error }) =>
          error !== null && (
            <p key={spec.name} role="status">
              {spec.display.name || spec.name} cannot be asked for: {error.message}
            </p>
          ),
      )}
    </div>
  )
}

function Field({ state, onChoose }: { state: VariableState; onChoose: (value: string) => void }) {
  const { variable, chosen } = state
  const id = `var-${variable.spec.name}`
  if (variable.kind === 'TextVariable')
    return (
      <input
        id={id}
        defaultValue={chosen.values[0] ?? ''}
        onBlur={event => onChoose(event.target.value)}
        onKeyDown={event => event.key === 'Enter' && onChoose(event.currentTarget.value)}
      />
    )
  return <ListChoice state={{ ...state, variable }} onChoose={onChoose} />
}
