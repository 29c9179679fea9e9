import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import { limitsFor, readerOf, tenantOf } from '../../access/asker.ts'
import type { QueryContext } from '../../context.ts'
import { evaluatePromQl, type PromQlAnswer, refuseRange } from '../../metrics.ts'
import { formatPromQl } from '../../promql/format.ts'
import { parsePromQl } from '../../promql/parser.ts'
import { atMoment, type Steps } from '../../promql/steps.ts'
import { rulesOf } from '../rules/rules-of.ts'
import { failure, success } from './answer.ts'
import { exemplarsOf } from './exemplars.ts'
import { type LabelQuestion, labelNamesOf, labelValuesOf, metadataOf, seriesOf } from './labels.ts'
import { countIn, Parameters } from './parameters.ts'
import { rawRoutes } from './raw-routes.ts'
import { alertsAnswer, rulesAnswer } from './rules.ts'
import { statisticsAnswer } from './statistics.ts'
import { statusHandlers } from './status.ts'
import { syntaxTree } from './syntax.ts'
import { instantResult, rangeResult } from './values.ts'

const prefix = '/prometheus'
const plain = 'text/plain; charset=utf-8'
/** What a timer can wait. */
const maxTimeoutMs = 2 ** 31 - 1
/** Where no range is given, label questions look at all that there is. */
const farMs = 8_000_000_000_000

/** What is answered, with what is said beside it. */
interface Answer {
  data: unknown
  warnings?: string[]
  infos?: string[]
}

type Handler = (parameters: Parameters, c: Context) => Promise<Answer> | Answer

/**
 * Prometheus' HTTP API below `/prometheus`, for Grafana and whatever else asks Prometheus. Source: Prometheus HTTP API
 * (https://prometheus.io/docs/prometheus/latest/querying/api/).
 */
export function prometheusRoutes(app: OpenAPIHono, context: QueryContext): void {
  const { logger } = context
  const route = (path: string, handle: Handler, methods = ['GET', 'POST']) => {
    app.on(methods, `${prefix}/api/v1/${path}`, async c => {
      try {
        const { data, ...notes } = await handle(await Parameters.of(c), c)
        return success(c, data, notes)
      } catch (error) {
        return failure(c, error, logger)
      }
    })
    app.all(`${prefix}/api/v1/${path}`, c =>
      c.body('Method Not Allowed\n', 405, { Allow: methods.join(', '), 'Content-Type': plain }),
    )
  }
  for (const [path, handle] of Object.entries(handlers(context))) route(path, handle)
  for (const [path, handle] of Object.entries(listingHandlers(context))) route(path, handle, ['GET'])
  rawRoutes(app, context)
  for (const [path, word] of [
    ['healthy', 'Healthy'],
    ['ready', 'Ready'],
  ])
    app.get(`${prefix}/-/${path}`, c =>
      c.body(`Prometheus Server is ${word}.\n`, 200, { 'Content-Type': plain }),
    )
  app.all(`${prefix}/*`, c =>
    failure(c, new OperatingError('NOT_FOUND', `there is no ${c.req.path} here`), logger),
  )
}

function handlers(context: QueryContext): Readonly<Record<string, Handler>> {
  return {
    ...queryHandlers(context),
    ...labelHandlers(),
    ...syntaxHandlers(),
  }
}

/** What is only ever got. */
function listingHandlers(context: QueryContext): Readonly<Record<string, Handler>> {
  return {
    ...valueHandlers(),
    rules: (parameters, c) => ({ data: rulesAnswer(rulesOf(c, context), parameters) }),
    alerts: (_, c) => ({ data: alertsAnswer(rulesOf(c, context)) }),
    ...statusHandlers(context),
  }
}

function queryHandlers({ clock }: QueryContext): Readonly<Record<string, Handler>> {
  return {
    query: async (parameters, c) => {
      const atMs = parameters.timeMs('time', clock.nowMs())
      const steps = { ...atMoment(atMs), ...parameters.lookback() }
      const text = parameters.text('query')
      const limit = parameters.limit()
      const { value, ...about } = await evaluated(c, parameters, text, steps)
      return limited(instantResult(value, atMs), limit, notesOf(about, parameters))
    },
    query_range: async (parameters, c) => {
      const steps = parameters.steps(clock.nowMs(), limitsFor(c).points)
      const text = parameters.text('query')
      const limit = parameters.limit()
      const { value, ...about } = await evaluated(c, parameters, text, steps)
      refuseRange(value, text)
      return limited(rangeResult(value, steps), limit, notesOf(about, parameters))
    },
    query_exemplars: async (parameters, c) => {
      const range = { startMs: parameters.timeMs('start', 0), endMs: parameters.timeMs('end', farMs) }
      if (range.endMs < range.startMs)
        throw new OperatingError('PARAMETER_INVALID', 'end timestamp must not be before start timestamp')
      return {
        data: await exemplarsOf(readerOf(c), tenantOf(c), parameters.text('query'), range, signalOf(c)),
      }
    },
  }
}

/** Within the time that the asker gives. */
async function evaluated(c: Context, parameters: Parameters, text: string, steps: Steps) {
  const timeoutMs = parameters.timeoutMs()
  const own = signalOf(c)
  if (timeoutMs === undefined) return await evaluatePromQl(readerOf(c), tenantOf(c), text, steps, own)
  const ended = AbortSignal.timeout(Math.min(timeoutMs, maxTimeoutMs))
  try {
    return await evaluatePromQl(readerOf(c), tenantOf(c), text, steps, AbortSignal.any([own, ended]))
  } catch (error) {
    if (!ended.aborted) throw error
    throw new OperatingError('STORE_TIMEOUT', `the query took longer than its timeout of ${timeoutMs} ms`)
  }
}

function signalOf(c: Context): AbortSignal {
  return c.req.raw.signal
}

interface Notes {
  warnings: string[]
  infos: string[]
  stats: object | undefined
}

function notesOf(
  { warnings, infos, statistics }: Omit<PromQlAnswer, 'value'>,
  parameters: Parameters,
): Notes {
  const { stats, warning } = statisticsAnswer(parameters.optional('stats'), statistics)
  return { warnings: warning === undefined ? warnings : [...warnings, warning], infos, stats }
}

const truncated = 'results truncated due to limit'

/** No more series than asked for, which is said. Source: Prometheus HTTP API, `limit`. */
function limited(
  given: { resultType: string; result: unknown[] },
  limit: number,
  { warnings, infos, stats }: Notes,
): Answer {
  const data = stats === undefined ? given : { ...given, stats }
  const isWhole = limit === 0 || data.resultType === 'scalar' || data.result.length <= limit
  const said = isWhole ? warnings : [...warnings, truncated]
  return {
    data: isWhole ? data : { ...data, result: data.result.slice(0, limit) },
    ...(said.length > 0 ? { warnings: said } : {}),
    ...(infos.length > 0 ? { infos } : {}),
  }
}

/** The same of names, values and series. */
function limitedList(data: readonly unknown[], { limit }: LabelQuestion): Answer {
  if (limit === 0 || data.length <= limit) return { data }
  return { data: data.slice(0, limit), warnings: [truncated] }
}

function labelHandlers(): Readonly<Record<string, Handler>> {
  return {
    series: async (parameters, c) => {
      const question = labelQuestion(parameters, tenantOf(c))
      if (question.match.length === 0)
        throw new OperatingError('PARAMETER_INVALID', 'no match[] parameter provided')
      if (question.startMs > question.endMs) return { data: [] }
      return limitedList(await seriesOf(readerOf(c), question, signalOf(c)), question)
    },
    labels: async (parameters, c) => {
      const question = labelQuestion(parameters, tenantOf(c))
      return limitedList(await labelNamesOf(readerOf(c), question, signalOf(c)), question)
    },
  }
}

function valueHandlers(): Readonly<Record<string, Handler>> {
  return {
    'label/:name/values': async (parameters, c) => {
      const name = labelName(c.req.param('name') ?? '')
      const question = labelQuestion(parameters, tenantOf(c))
      return limitedList(await labelValuesOf(readerOf(c), name, question, signalOf(c)), question)
    },
    metadata: async (parameters, c) => {
      const metric = parameters.list('metric')[0] ?? ''
      // no metric has more than one
      countIn(parameters, 'limit_per_metric', -1)
      const limit = Math.max(0, countIn(parameters, 'limit', -1))
      return { data: await metadataOf(readerOf(c), tenantOf(c), metric, limit, signalOf(c)) }
    },
  }
}

function syntaxHandlers(): Readonly<Record<string, Handler>> {
  const anySteps = { stepMs: 0, rangeMs: 0, isOnlyRead: true }
  return {
    format_query: parameters => ({ data: formatPromQl(parsePromQl(parameters.text('query'), anySteps)) }),
    parse_query: parameters => ({ data: syntaxTree(parameters.text('query')) }),
  }
}

function labelQuestion(parameters: Parameters, tenant: string): LabelQuestion {
  return {
    tenant,
    match: parameters.list('match'),
    startMs: parameters.timeMs('start', 0),
    endMs: parameters.timeMs('end', farMs),
    limit: parameters.limit(),
  }
}

/** Names with other characters come as `U__name_2e_dotted`. Source: Prometheus UTF-8 support, value encoding. */
function labelName(name: string): string {
  if (!name.startsWith('U__')) return name
  return name
    .slice(3)
    .replaceAll(/_(?:_|([0-9a-f]+)_)/gi, (_, hex?: string) =>
      hex === undefined ? '_' : String.fromCodePoint(Number.parseInt(hex, 16)),
    )
}
