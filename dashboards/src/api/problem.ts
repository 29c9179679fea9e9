import type { ProblemAnswer } from '../../../query/index.ts'

/**
 * What an answer says is wrong, in whichever of the API's tongues it says so: problem+json, Prometheus' JSON, or Loki's text.
 * A place in the query stands in the text of the last two: `1:5: parse error: …`, `parse error at line 1, col 29: …`.
 */
export function readProblem(status: number, contentType: string, text: string): ProblemAnswer {
  if (contentType.startsWith('application/problem+json')) return JSON.parse(text) as ProblemAnswer
  const told = contentType.includes('json') ? toldIn(text) : undefined
  const said = told?.message ?? (contentType.includes('html') ? '' : text.trim())
  const place =
    /^(?:invalid parameter "query": )?(\d+):(\d+): parse error: (.*)$/s.exec(said) ??
    /^(?:parse error )?at line (\d+), col (\d+): (.*)$/s.exec(said)
  // Prometheus' tongue has one status for this and for what does not answer
  const type = told?.errorType === 'timeout' ? 'urn:millrace:store-timeout' : 'about:blank'
  if (place === null) {
    const detail = said || `the query API answered ${status}`
    return { type, title: titles[status] ?? 'no usable answer', detail, status }
  }
  const [, line, column, detail = ''] = place
  return {
    type,
    title: 'the query cannot be understood',
    detail,
    status,
    position: { line: Number(line), column: Number(column) },
  }
}

/** For tongues that have none of their own. */
const titles: Readonly<Record<number, string>> = {
  401: 'who asks is not known',
  403: 'this is not allowed',
  422: 'the query cannot be answered',
  429: 'too many queries',
  503: 'this cannot be answered now',
  504: 'the answer took too long',
}

function toldIn(text: string): { message: string; errorType?: unknown } {
  try {
    const { error, message, errorType } = JSON.parse(text) as Record<string, unknown>
    return { message: String(error ?? message ?? ''), errorType }
  } catch {
    // cut short: its status says enough
    return { message: '' }
  }
}
