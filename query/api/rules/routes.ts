import { randomUUID } from 'node:crypto'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import { tenantOf } from '../../access/asker.ts'
import type { QueryContext } from '../../context.ts'
import { type Silence, silenceInput, stateOf } from '../../rules/silence.ts'
import { json, jsonBody, problems } from '../route.ts'
import { rulesOf } from './rules-of.ts'

const alertAnswer = z.object({
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  state: z.enum(['pending', 'firing', 'resolved']),
  value: z.number().nullable(),
  activeAt: z.string(),
  firedAt: z.string().nullable(),
  resolvedAt: z.string().nullable(),
})
const alertsAnswer = z.object({
  alerts: z.array(alertAnswer),
  /** Groups that are not evaluated yet, and what they wait for. */
  waiting: z.array(z.object({ group: z.string(), file: z.string(), why: z.string() })),
})
const silenceAnswer = silenceInput.extend({
  id: z.string(),
  updatedAt: z.string(),
  status: z.object({ state: z.enum(['pending', 'active', 'expired']) }),
})
export type AlertsAnswer = z.infer<typeof alertsAnswer>
export type SilenceAnswer = z.infer<typeof silenceAnswer>

const maxSilences = 10_000

/** Alerts of all rules, and silences in Alertmanager's form. */
export function ruleRoutes(app: OpenAPIHono, context: QueryContext): void {
  alertsRoute(app, context)
  listRoute(app, context)
  createSilence(app, context)
  endSilence(app, context)
}

function alertsRoute(app: OpenAPIHono, context: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/alerts',
    summary: 'alerts of the rules, resolved ones too, and what rules wait for',
    responses: { 200: json(alertsAnswer, 'newest first'), ...problems },
  })
  const time = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString())
  app.openapi(route, c => {
    const rules = rulesOf(c, context)
    const alerts = rules
      .alerts()
      .toSorted((a, b) => b.activeAtMs - a.activeAtMs)
      .map(alert => ({
        labels: { ...alert.labels },
        annotations: { ...alert.annotations },
        state: alert.state,
        value: Number.isFinite(alert.value) ? alert.value : null,
        activeAt: new Date(alert.activeAtMs).toISOString(),
        firedAt: time(alert.firedAtMs),
        resolvedAt: time(alert.resolvedAtMs),
      }))
    const waiting = rules.groups
      .map(group => ({ group: group.name, file: group.file, why: rules.stateOf(group).waiting }))
      .filter(({ why }) => why !== '')
    return c.json({ alerts, waiting }, 200)
  })
}

function listRoute(app: OpenAPIHono, { rules, clock, config }: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/silences',
    summary: 'what nobody wants to hear of',
    responses: { 200: json(z.array(silenceAnswer), 'all that are kept, expired ones too'), ...problems },
  })
  app.openapi(route, c => {
    const nowMs = clock.nowMs()
    const all = tenantOf(c) === config.tenant ? [...rules.journal.silences.values()] : []
    return c.json(
      all.map(silence => ({ ...silence, status: { state: stateOf(silence, nowMs) } })),
      200,
    )
  })
}

function createSilence(app: OpenAPIHono, { rules, clock, config }: QueryContext): void {
  const route = createRoute({
    method: 'post',
    path: '/api/silences',
    summary: 'silence alerts, or change a silence by its id',
    request: jsonBody(silenceInput),
    responses: { 200: json(z.object({ silenceID: z.string() }), 'its id'), ...problems },
  })
  app.openapi(route, async c => {
    refuseOthers(c, config)
    const given = c.req.valid('json')
    if (Date.parse(given.endsAt) <= Date.parse(given.startsAt))
      throw new OperatingError(
        'PARAMETER_INVALID',
        'a silence ends after it starts: look at startsAt and endsAt',
      )
    if (rules.journal.silences.size >= maxSilences)
      throw new OperatingError('TOO_MUCH', `there are ${maxSilences} silences already: end some`)
    const silence: Silence = {
      ...given,
      id: given.id ?? randomUUID(),
      updatedAt: new Date(clock.nowMs()).toISOString(),
    }
    await writeSilence(rules, silence)
    return c.json({ silenceID: silence.id }, 200)
  })
}

function endSilence(app: OpenAPIHono, { rules, clock, config }: QueryContext): void {
  const route = createRoute({
    method: 'delete',
    path: '/api/silences/{id}',
    summary: 'end a silence now',
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: json(z.object({ silenceID: z.string() }), 'its id'), ...problems },
  })
  app.openapi(route, async c => {
    refuseOthers(c, config)
    const { id } = c.req.valid('param')
    const silence = rules.journal.silences.get(id)
    if (silence === undefined) throw new OperatingError('NOT_FOUND', `there is no silence ${id}`)
    const now = new Date(clock.nowMs()).toISOString()
    await writeSilence(rules, { ...silence, endsAt: now, updatedAt: now })
    return c.json({ silenceID: id }, 200)
  })
}

/** Rules and alerts are those of the configured tenant: nobody else changes or silences them. Errors: TENANT_FORBIDDEN. */
export function refuseOthers(c: Context, { tenant }: QueryContext['config']): void {
  if (tenantOf(c) === tenant) return
  throw new OperatingError(
    'TENANT_FORBIDDEN',
    `rules and silences are for the tenant ${tenant}, whose data the rules ask`,
  )
}

async function writeSilence({ journal }: QueryContext['rules'], silence: Silence): Promise<void> {
  await journal.ensure()
  await journal.write([[`silence/${silence.id}`, Buffer.from(JSON.stringify(silence))]])
  journal.silences.set(silence.id, silence)
}
