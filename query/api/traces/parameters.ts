import { z } from '@hono/zod-openapi'
import type { SpanFilters } from '../../traces/filters.ts'
import { parseLogfmt } from '../../traces/logfmt.ts'
import { rangeParameters } from '../parameters.ts'

export const maxTraces = 1_000
const { start, end } = rangeParameters
export const traceRange = { start, end }

const text = z.string().max(2_000).optional()

/** What spans are asked for, in TraceQL, in words, or both. */
export const filterParameters = {
  query: z
    .string()
    .max(10_000)
    .default('')
    .openapi({ description: 'TraceQL', example: '{ resource.service.name = "web" && status = error }' }),
  service: text,
  operation: text.openapi({ description: 'the name of a span' }),
  minDuration: text.openapi({ example: '100ms' }),
  maxDuration: text.openapi({ example: '2s' }),
  status: text.openapi({ example: 'error' }),
  kind: text.openapi({ example: 'server' }),
  attributes: text.openapi({
    description: 'of the span or its resource',
    example: 'http.route=/cart http.request.method=GET',
  }),
  text: text.openapi({ description: 'in the name, the status message or an attribute of a span' }),
}

type Given = { [name in keyof Omit<typeof filterParameters, 'query'>]?: string | undefined }

/** Errors: PARAMETER_INVALID. */
export function filtersOf({ attributes, ...rest }: Given): SpanFilters {
  return { ...rest, attributes: parseLogfmt(attributes ?? '') }
}
