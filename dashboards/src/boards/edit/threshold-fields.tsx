import type { BoardPanel } from '../../../../query/index.ts'
import controls from '../../ui/controls.module.css'
import { Tools } from '../../ui/page.tsx'
import styles from './edit.module.css'

type Step = BoardPanel['spec']['plugin']['spec']['thresholds']['steps'][number]

const colours = ['green', 'orange', 'red', 'blue']

interface Properties {
  steps: readonly Step[]
  onChange: (steps: Step[]) => void
}

/** From which value on what colour is shown. */
export function ThresholdFields({ steps, onChange }: Properties) {
  const set = (i: number, part: Partial<Step>) =>
    onChange(steps.map((step, j) => (j === i ? { ...step, ...part } : step)))
  return (
    <fieldset className={styles['query']}>
      <legend>Thresholds</legend>
      {steps.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a threshold is its place
        <Tools key={i}>
          <label>
            From
            <input
              type="number"
              step="any"
              required
              value={step.value}
              onChange={event => set(i, { value: Number(event.target.value) })}
            />
          </label>
          <label>
            Colour
            <input
              list="colours"
              size={10}
              value={step.color}
              onChange={event => set(i, { color: event.target.value })}
            />
          </label>
          <button
            type="button"
            className={controls['quiet']}
            onClick={() => onChange(steps.filter((_, j) => j !== i))}
          >
            Remove
          </button>
        </Tools>
      ))}
      <datalist id="colours">
        {colours.map(colour => (
          <option key={colour} value={colour} />
        ))}
      </datalist>
      <button
        type="button"
        className={controls['button']}
        onClick={() => onChange([...steps, { value: 0, color: 'orange' }])}
      >
        Add a threshold
      </button>
    </fieldset>
  )
}
