import type { ProblemAnswer } from '../../../query/index.ts'

/**
 * What an answer says is wrong, in whichever of the API's tongues it says so: problem+json, Prometheus' JSON, or Loki's text.
 * A place in the query stands in the text of the last two: `1:5: parse error: …`, `parse error at line 1, col 29: …`.
 */
export function readProblem(status: number, contentType: string, text: string): ProblemAnswer {
  if (contentType.startsWith('application/problem+json')) return JSON.parse(text) as ProblemAnswer
  const said = contentType.includes('json')
    ? messageIn(text)
    : contentType.includes('html')
      ? ''
      : text.trim()
  const place =
    /^(?:invalid parameter "query": )?(\d+):(\d+): parse error: (.*)$/s.exec(said) ??
    /^(?:parse error )?at line (\d+), col (\d+): (.*)$/s.exec(said)
  const type = 'about:blank'
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

function messageIn(text: string): string {
  try {
    const { error, message } = JSON.parse(text) as { error?: unknown; message?: unknown }
    return String(error ?? message ?? '')
  } catch {
    // cut short: its status says enough
    return ''
  }
}
