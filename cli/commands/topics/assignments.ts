import { usageError } from '../../command.ts'

/** `name=value` pairs of a repeated option. Errors: USAGE. */
export function assignments(option: string, given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map(text => {
      const at = text.indexOf('=')
      if (at < 1) throw usageError(`--${option}: found '${text}', expected name=value`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}
