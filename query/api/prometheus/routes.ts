import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import { limitsFor, readerOf, tenantOf } from '../../access/asker.ts'
import type { QueryContext } from '../../context.ts'
import { evaluatePromQl } from '../../metrics.ts'
import { failure, success } from './answer.ts'
import { type LabelQuestion, labelNamesOf, labelValuesOf, metadataOf, seriesOf } from './labels.ts'
import { Parameters } from './parameters.ts'
import { instantResult, rangeResult } from './values.ts'

const prefix = '/prometheus'
/** Where no range is given, label questions look at all that there is. */
const farMs = 8_000_000_000_000

type Handler = (parameters: Parameters, c: Context) => Promise<unknown>

/**
 * Prometheus' HTTP API below `/prometheus`, for Grafana and whatever else asks Prometheus. Source: Prometheus HTTP API
 * (https://prometheus.io/docs/prometheus/latest/querying/api/).
 */
export function prometheusRoutes(app: OpenAPIHono, context: QueryContext): void {
  const { logger } = context
  const route = (path: string, handle: Handler) =>
    app.on(['GET', 'POST'], `${prefix}/api/v1/${path}`, async c => {
      try {
        return success(c, await handle(await Parameters.of(c), c))
      } catch (error) {
        return failure(c, error, logger)
      }
    })
  for (const [path, handle] of Object.entries(handlers(context))) route(path, handle)
  app.get(`${prefix}/-/healthy`, c => c.text('Prometheus Server is Healthy.\n'))
  app.get(`${prefix}/-/ready`, c => c.text('Prometheus Server is Ready.\n'))
  app.all(`${prefix}/*`, c =>
    failure(c, new OperatingError('NOT_FOUND', `there is no ${c.req.path} here`), logger),
  )
}

function handlers(context: QueryContext): Readonly<Record<string, Handler>> {
  const { clock, version } = context
  const signalOf = (c: Context) => c.req.raw.signal
  return {
    query: async (parameters, c) => {
      const atMs = parameters.timeMs('time', clock.nowMs())
      const steps = { startMs: atMs, stepMs: 60_000, count: 1 }
      const { value } = await evaluatePromQl(
        readerOf(c),
        tenantOf(c),
        parameters.text('query'),
        steps,
        signalOf(c),
      )
      return instantResult(value, atMs)
    },
    query_range: async (parameters, c) => {
      const steps = parameters.steps(clock.nowMs(), limitsFor(c).points)
      const { value } = await evaluatePromQl(
        readerOf(c),
        tenantOf(c),
        parameters.text('query'),
        steps,
        signalOf(c),
      )
      return rangeResult(value, steps)
    },
    series: async (parameters, c) => {
      const question = labelQuestion(parameters, tenantOf(c))
      if (question.match.length === 0)
        throw new OperatingError('PARAMETER_INVALID', 'no match[] parameter provided')
      return await seriesOf(readerOf(c), question, signalOf(c))
    },
    labels: (parameters, c) => labelNamesOf(readerOf(c), labelQuestion(parameters, tenantOf(c)), signalOf(c)),
    'label/:name/values': (parameters, c) =>
      labelValuesOf(
        readerOf(c),
        labelName(c.req.param('name') ?? ''),
        labelQuestion(parameters, tenantOf(c)),
        signalOf(c),
      ),
    metadata: (parameters, c) =>
      metadataOf(
        readerOf(c),
        tenantOf(c),
        parameters.list('metric')[0] ?? '',
        parameters.limit(),
        signalOf(c),
      ),
    // nothing is scraped by this process, and no rules run here: agents and senders bring the samples
    targets: () => Promise.resolve({ activeTargets: [], droppedTargets: [], droppedTargetCounts: {} }),
    rules: () => Promise.resolve({ groups: [] }),
    alerts: () => Promise.resolve({ alerts: [] }),
    'status/buildinfo': () =>
      Promise.resolve({
        version: '3.0.0',
        revision: '',
        branch: '',
        buildUser: `millrace ${version}`,
        buildDate: '',
        goVersion: '',
      }),
    'status/config': () => Promise.resolve({ yaml: '' }),
    'status/flags': () => Promise.resolve({}),
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
