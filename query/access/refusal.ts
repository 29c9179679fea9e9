import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { codeOf, type Logger, OperatingError } from '../../lib/base/index.ts'
import { failure as lokiFailure } from '../api/loki/answer.ts'
import { failure as prometheusFailure } from '../api/prometheus/answer.ts'
import { problemResponse } from '../problem.ts'

const needsToken: ReadonlySet<string> = new Set(['TOKEN_MISSING', 'TOKEN_INVALID', 'TENANT_MISSING'])

/** Of no RFC, but what nginx made of it and logs know it by. */
const clientClosedRequest = 499

/** A refusal in the tongue of the path that was asked. */
export function refusal(c: Context, failure: unknown, logger: Logger): Response {
  // whoever asked is gone, which is what ended the question: nobody reads this, and nothing is wrong here
  if (c.req.raw.signal.aborted) return c.body(null, clientClosedRequest as 400)
  // what the framework itself refuses: a body that is no JSON, and the like
  const isWrong = failure instanceof HTTPException && failure.status < 500
  const error = isWrong
    ? new OperatingError('PARAMETER_INVALID', failure.message.toLowerCase(), { cause: failure })
    : failure
  if (needsToken.has(codeOf(error) ?? '')) c.header('WWW-Authenticate', challenges(c))
  if (codeOf(error) === 'TOO_MANY_QUERIES') c.header('Retry-After', '1')
  if (c.req.path.startsWith('/loki')) return lokiFailure(c, error, logger)
  if (c.req.path.startsWith('/prometheus')) return prometheusFailure(c, error, logger)
  return problemResponse(c, error, logger)
}

/** A browser that is offered Basic asks for a password before the page can say anything: only others are. Source: RFC 9110, 11.6.1. */
function challenges(c: Context): string {
  const bearer = 'Bearer realm="millrace"'
  return c.req.header('sec-fetch-site') === undefined ? `${bearer}, Basic realm="millrace"` : bearer
}
