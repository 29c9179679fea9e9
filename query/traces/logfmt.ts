import { OperatingError } from '../../lib/base/index.ts'

const pair = /\s*([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s"]*))(?=\s|$)/y

/**
 * Attributes as people and other tools write them on one line. Errors: PARAMETER_INVALID.
 *
 * @example
 * parseLogfmt('http.status_code=500 error="a b"') // => { 'http.status_code': '500', error: 'a b' }
 */
export function parseLogfmt(text: string, parameter = 'attributes'): Record<string, string> {
  const found: Record<string, string> = {}
  const trimmed = text.trimEnd()
  for (pair.lastIndex = 0; pair.lastIndex < trimmed.length; ) {
    const at = pair.lastIndex
    const match = pair.exec(trimmed)
    if (match === null)
      throw new OperatingError(
        'PARAMETER_INVALID',
        `${parameter}: found '${trimmed.slice(at, at + 40)}', expected pairs as in http.method=GET name="a b"`,
      )
    found[match[1] as string] = match[2]?.replace(/\\(.)/g, '$1') ?? match[3] ?? ''
  }
  return found
}
