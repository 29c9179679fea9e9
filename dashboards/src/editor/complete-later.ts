import type { CompletionSource } from '@codemirror/autocomplete'

/** Completion of LogQL and words; what it knows comes with the first key. */
export const completeLater: CompletionSource = async context => {
  const { completeQuery } = await import('./complete-query.ts')
  return await completeQuery(context)
}
