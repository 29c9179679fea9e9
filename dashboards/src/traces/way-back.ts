import * as z from 'zod/mini'

const schema = z.object({ traces: z.string() })

/** What a trace is told by the search that leads to it: the address of the search. Kept by the browser, over a reload too. */
export function wayBack(): { traces: string } {
  const { pathname, search } = window.location
  return { traces: pathname + search }
}

/** The search that led here, or all traces. */
export function addressOfTraces(): string {
  const state = schema.safeParse(window.history.state)
  return state.success ? state.data.traces : '/traces'
}
