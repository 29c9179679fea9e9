import type { LineScope } from '../lib/logql/index.ts'

/** What the agent's own readers of lines call themselves: where a line is from says `source`. Pushed to Loki's API it is shown otherwise. */
const ofReaders = /^millrace\.(?!loki$)/

/**
 * The instrumentation scope as lines carry it: what made the line, left out where nothing is said of it.
 *
 * @example
 * lineScope({ scope: 'com.example.Cart', scopeVersion: '1.2' }) // => { scope: 'com.example.Cart', scopeVersion: '1.2' }
 * lineScope({ scope: 'millrace.file' }) // => {}
 */
export function lineScope({ scope = '', scopeVersion = '' }: LineScope): {
  scope?: string
  scopeVersion?: string
} {
  if (ofReaders.test(scope)) return {}
  return { ...(scope === '' ? {} : { scope }), ...(scopeVersion === '' ? {} : { scopeVersion }) }
}
