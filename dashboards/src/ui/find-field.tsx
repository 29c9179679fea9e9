interface Properties {
  value: string
  onChange: (value: string) => void
  hint?: string
  size?: number
}

/** What is looked for in a list; `/` goes to it. */
export function FindField({ value, onChange, hint, size }: Properties) {
  return (
    <label>
      Find
      <input
        type="search"
        data-focus="query"
        size={size}
        placeholder={hint}
        value={value}
        onChange={event => onChange(event.target.value)}
      />
    </label>
  )
}
