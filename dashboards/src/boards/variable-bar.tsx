import { Tools } from '../ui/page.tsx'
import { allValues } from './choices.ts'
import type { VariableState } from './use-variables.ts'

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
            <label key={spec.name} htmlFor={`var-${spec.name}`} title={spec.display.description}>
              {spec.display.name || spec.name}
              <Field state={state} onChoose={value => onChoose(spec.name, value)} />
            </label>
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
  const { variable, options, chosen } = state
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
  const { allowMultiple, allowAllValue } = variable.spec
  const isAll = allowAllValue && (chosen.all !== undefined || chosen.values.length === options.length)
  const value = isAll ? allValues : allowMultiple ? chosen.values.join(',') : (chosen.values[0] ?? '')
  const several = allowMultiple && !isAll && chosen.values.length > 1
  return (
    <select id={id} value={value} onChange={event => onChoose(event.target.value)}>
      {allowAllValue && <option value={allValues}>all</option>}
      {several && <option value={value}>{chosen.values.join(' + ')}</option>}
      {options.map(option => (
        <option key={option}>{option}</option>
      ))}
      {allowMultiple &&
        !isAll &&
        options
          .filter(option => !chosen.values.includes(option))
          .map(option => (
            <option key={`+${option}`} value={[...chosen.values, option].join(',')}>
              + {option}
            </option>
          ))}
    </select>
  )
}
