import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { OperatingError } from '../../../lib/base/index.ts'
import type { QueryContext } from '../../context.ts'
import { parseTime } from '../../time.ts'
import { json, jsonBody, problems } from '../route.ts'
import { rulesPreviewAnswer } from './schemas.ts'

const maxTextBytes = 262_144
/** Records of the topic; each holds up to some thousand lines. */
const maxRecords = 20_000
const maxMs = 15_000

const wanted = z.object({
  text: z.string().max(maxTextBytes).openapi({ description: 'YAML, as agent.transforms of millrace.yaml' }),
  since: z.string().max(100).default('now-1h').openapi({ description: 'records from then on' }),
  agent: z.string().max(500).default('').openapi({ description: 'of this agent alone; none: of all' }),
  examples: z.int().min(0).max(20).default(3).openapi({ description: 'kept for each rule' }),
})

/** `/api/streams/rules/preview`: what changed rules of agents would do to the records that the logs topic retains. */
export function rulesPreviewRoutes(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'post',
    path: '/api/streams/rules/preview',
    summary: "what changed rules of agents would do to the logs topic's records; changes nothing",
    request: jsonBody(wanted),
    responses: { 200: json(rulesPreviewAnswer, 'what each rule did'), ...problems },
  })
  app.openapi(route, async c => {
    const { config, clock, kafka, previewRules } = context
    if (previewRules === undefined)
      throw new OperatingError('NOT_FOUND', 'rules are not tried here: use millrace agent preview')
    const { text, since, agent, examples } = c.req.valid('json')
    const tried = await previewRules({
      text,
      client: kafka,
      topic: config.kafka.topics.logs,
      sinceMs: Number(parseTime(since, clock.nowMs()) / 1_000_000n),
      examples,
      limit: maxRecords,
      agent: agent === '' ? undefined : agent,
      signal: AbortSignal.any([c.req.raw.signal, AbortSignal.timeout(maxMs)]),
    })
    return c.json(tried, 200)
  })
}
