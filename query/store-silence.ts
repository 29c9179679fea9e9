import { messageOf, OperatingError } from '../lib/base/index.ts'
import { isStoreUnreachable } from '../store/index.ts'

const starting = 'start it (millrace up, or millrace store), or set clickhouse.url to the one that runs'

/** That nobody answers where the store should be, in words of whoever looks; any other failure as it is. */
export function silenceOf(error: unknown, url: string): unknown {
  if (error instanceof OperatingError || !isStoreUnreachable(error)) return error
  const message = `no store answers at ${url} (${messageOf(error)}): ${starting}`
  return new OperatingError('STORE_UNAVAILABLE', message, { cause: error })
}
