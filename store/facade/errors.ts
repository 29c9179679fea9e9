import { codeOf, messageOf } from '../../lib/base/index.ts'

/** An answer in ClickHouse's form: its code and name, and the HTTP status that goes with them. */
export class FacadeError extends Error {
  readonly code: number
  readonly status: number
  constructor(code: number, name: string, status: number, message: string) {
    super(`Code: ${code}. DB::Exception: ${message}. (${name})`)
    this.name = 'FacadeError'
    this.code = code
    this.status = status
  }
}

export const syntaxError = (message: string) => new FacadeError(62, 'SYNTAX_ERROR', 400, message)
export const unknownSetting = (name: string) =>
  new FacadeError(115, 'UNKNOWN_SETTING', 400, `Setting ${name} is unknown or not allowed here`)
export const unsupported = (what: string) =>
  new FacadeError(344, 'SUPPORT_IS_DISABLED', 501, `${what} is not supported by the embedded server`)
export const readonlyError = () =>
  new FacadeError(164, 'READONLY', 403, 'Cannot execute query in readonly mode')
export const tooManyQueries = (waiting: number) =>
  new FacadeError(
    202,
    'TOO_MANY_SIMULTANEOUS_QUERIES',
    503,
    `Too many simultaneous queries: ${waiting} are waiting already`,
  )
export const authenticationFailed = (status: 401 | 403) =>
  new FacadeError(
    516,
    'AUTHENTICATION_FAILED',
    status,
    'Authentication failed: password is incorrect, or there is no user with such name',
  )
export const tooLarge = (maxBytes: number) =>
  new FacadeError(307, 'TOO_MANY_BYTES', 413, `The request body exceeds ${maxBytes} bytes`)
export const noSpace = () =>
  new FacadeError(
    243,
    'NOT_ENOUGH_SPACE',
    503,
    'The disk of the store is full: make room, or lower retention; inserts are taken again as soon as there is room',
  )
export const sameQueryId = (id: string) =>
  new FacadeError(
    216,
    'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING',
    500,
    `Query with id = ${id} is already running`,
  )

/** ClickHouse's `exceptionCodeToHTTPStatus`, as far as these codes come up here. */
const statuses = new Map<number, number>([
  ...[27, 36, 41, 42, 43, 44, 46, 47, 53, 62, 69, 70, 72, 117, 386, 456, 457, 6, 26, 38].map(
    code => [code, 400] as const,
  ),
  ...[164, 497, 516].map(code => [code, 403] as const),
  ...[60, 81, 218, 390].map(code => [code, 404] as const),
  [241, 503],
  [202, 503],
  [243, 503],
  [159, 408],
])

/** Any failure as an answer: the engine's own text, freed of paths of this machine. */
export function toFacadeError(error: unknown): FacadeError {
  if (error instanceof FacadeError) return error
  if (isNoSpace(error)) return noSpace()
  const text = withoutPaths(messageOf(error).replace(/^Query failed: /, ''))
  const match = /^(?:Code: (\d+)\. DB::Exception: )?([\s\S]*?)\.?\s*(?:\((?:([A-Z]\w+)|\d+)\))?\s*$/.exec(
    text,
  )
  const known = (error as { clickhouseCode?: number }).clickhouseCode ?? Number(match?.[1] ?? 1002)
  return new FacadeError(
    known,
    match?.[3] ?? 'UNKNOWN_EXCEPTION',
    statuses.get(known) ?? 500,
    match?.[2] ?? text,
  )
}

/** The engine gives the system's own words with codes of its own. */
function isNoSpace(error: unknown): boolean {
  return codeOf(error) === 'ENOSPC' || /No space left on device/.test(messageOf(error))
}

/** Errors of inserts name the file their body was spooled to, which says nothing to the client. */
export function withoutPaths(text: string): string {
  return text
    .replace(/:?\s*\(in file\/uri [^)]*\)/g, '')
    .replace(/:?\s*While executing (File|\w*InputFormat)(: data for INSERT was parsed from file)?/g, '')
}
