/** What the agent's own readers of lines call themselves: where a line is from says `source`. Pushed to Loki's API it is shown otherwise. */
const ofReaders = /^millrace\.(?!loki$)/

/**
 * The name of the instrumentation scope as lines carry it: what made the line, left out where nothing is said of it.
 *
 * @example
 * lineScope('com.example.Cart') // => { scope: 'com.example.Cart' }
 * lineScope('millrace.file') // => {}
 */
export function lineScope(scope: string): { scope?: string } {
  return scope === '' || ofReaders.test(scope) ? {} : { scope }
}
