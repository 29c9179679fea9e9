import { ApiError } from './http.ts'

export interface LokiSeries {
  metric: Readonly<Record<string, string>>
  /** Unix seconds and the value. */
  values: readonly (readonly [number, string])[]
}

interface RangeAnswer {
  data: { resultType: string; result: LokiSeries[] }
}

/** A metric query of LogQL over a range in Unix milliseconds. Errors: ApiError, with the place where the query is wrong. */
export async function getLokiRange(
  request: { query: string; startMs: number; endMs: number; stepSeconds: number },
  signal: AbortSignal,
): Promise<LokiSeries[]> {
  const { query, startMs, endMs, stepSeconds } = request
  const parameters = {
    query,
    start: String(startMs / 1000),
    end: String(endMs / 1000),
    step: `${stepSeconds}s`,
  }
  const response = await fetch(`/loki/api/v1/query_range?${new URLSearchParams(parameters)}`, { signal })
  if (!response.ok) throw problemOf(response.status, await response.text())
  return ((await response.json()) as RangeAnswer).data.result
}

/** Loki's API answers errors as text: `parse error at line 1, col 29: … : …`. */
function problemOf(status: number, text: string): ApiError {
  const found = /^(?:parse error )?at line (\d+), col (\d+): (.*)$/s.exec(text.trim())
  const detail = found?.[3] ?? text.trim()
  const position = found === null ? {} : { position: { line: Number(found[1]), column: Number(found[2]) } }
  return new ApiError({
    type: 'about:blank',
    title: found === null ? 'no answer' : 'the query is wrong',
    detail,
    status,
    ...position,
  })
}
