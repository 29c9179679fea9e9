import { codeOf } from '../../lib/base/index.ts'

const codes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
])

/** Whether this failure, or what it came of, says that nobody answers where the store should be: that passes. */
export function isStoreUnreachable(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== undefined && codes.has(code)) return true
  return error instanceof Error && error.cause !== undefined && isStoreUnreachable(error.cause)
}
