import { useState } from 'react'
import type { BoardVariable } from '../../../query/index.ts'
import controls from '../ui/controls.module.css'
import { FindField } from '../ui/find-field.tsx'
import { Popover } from '../ui/popover.tsx'
import { allValues, joinValues } from './choices.ts'
import type { VariableState } from './use-variables.ts'
import styles from './variable-bar.module.css'

interface Properties {
  state: VariableState & { variable: Extract<BoardVariable, { kind: 'ListVariable' }> }
  onChoose: (value: string) => void
}

/** So many are drawn; more are found by a part of them. */
const shownOptions = 500

/** One value of a list, or several; a long list is looked through by a part of a value or a regular expression. */
export function ListChoice({ state, onChoose }: Properties) {
  const { variable, options, chosen } = state
  const { name, display, allowAllValue } = variable.spec
  const isAll = allowAllValue && (chosen.all !== undefined || chosen.values.length === options.length)
  const [first = 'none', ...more] = chosen.values
  const text = isAll
    ? 'all'
    : more.length > 2
      ? `${first} + ${more.length} more`
      : [first, ...more].join(' + ')
  return (
    <Popover id={`var-${name}`} text={text} label={`${display.name || name}: ${text}`}>
      {close => <Choice state={state} isAll={isAll} onChoose={onChoose} onClose={close} />}
    </Popover>
  )
}

interface ChoiceProperties extends Properties {
  isAll: boolean
  onClose: () => void
}

function Choice({ state, isAll, onChoose, onClose }: ChoiceProperties) {
  const { variable, options, chosen } = state
  const { allowMultiple, allowAllValue } = variable.spec
  const [sought, setSought] = useState('')
  const matching = options.filter(matcherOf(sought))
  const take = (value: string) => {
    if (!allowMultiple) {
      onChoose(joinValues([value]))
      onClose()
      return
    }
    const present = isAll ? [] : chosen.values
    const next = present.includes(value) ? present.filter(one => one !== value) : [...present, value]
    if (next.length > 0) onChoose(joinValues(next))
  }
  return (
    <div className={styles['choice']}>
      <FindField value={sought} onChange={setSought} hint="a part of it, or a regular expression" />
      <ul className={styles['options']}>
        {allowAllValue && (
          <li>
            <label>
              <input
                type={allowMultiple ? 'checkbox' : 'radio'}
                checked={isAll}
                onChange={() => onChoose(allValues)}
              />
              all
            </label>
          </li>
        )}
        {matching.slice(0, shownOptions).map(value => (
          <li key={value}>
            <label>
              <input
                type={allowMultiple ? 'checkbox' : 'radio'}
                checked={!isAll && chosen.values.includes(value)}
                onChange={() => take(value)}
              />
              {value}
            </label>
          </li>
        ))}
      </ul>
      {matching.length === 0 && <span>none of {options.length} has that</span>}
      {matching.length > shownOptions && (
        <span>
          the first {shownOptions} of {matching.length} are shown
        </span>
      )}
      {allowMultiple && sought !== '' && matching.length > 0 && matching.length <= shownOptions && (
        <button type="button" className={controls['button']} onClick={() => onChoose(joinValues(matching))}>
          Take these {matching.length}
        </button>
      )}
    </div>
  )
}

/** What is no regular expression yet is looked for as it stands. */
function matcherOf(sought: string): (value: string) => boolean {
  try {
    const regex = new RegExp(sought, 'i')
    return value => regex.test(value)
  } catch {
    // it is still being typed
    return value => value.toLowerCase().includes(sought.toLowerCase())
  }
}
