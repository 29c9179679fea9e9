import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { OperatingError } from '../../lib/base/index.ts'
import { isAdmin, tenantOf } from '../access/asker.ts'
import type { QueryContext } from '../context.ts'
import type { Receiver, Route } from '../rules/config.ts'
import type { Notification } from '../rules/notify/dispatch.ts'
import { sendTo } from '../rules/notify/send.ts'
import { json, problems } from './route.ts'

export const receiversAnswer = z
  .object({
    receivers: z.array(
      z.object({
        name: z.string(),
        ways: z.array(z.string()).openapi({ description: 'without what is secret', example: ['slack #ops'] }),
      }),
    ),
    alertmanagers: z.array(z.string()),
    routes: z.array(z.object({ match: z.string(), receiver: z.string() })),
  })
  .openapi('Receivers')

export type ReceiversAnswer = z.infer<typeof receiversAnswer>

/** Who is told of alerts, and whether that works. */
export function receiverRoutes(app: OpenAPIHono, context: QueryContext): void {
  list(app, context)
  test(app, context)
}

function list(app: OpenAPIHono, { config }: QueryContext): void {
  const route = createRoute({
    method: 'get',
    path: '/api/receivers',
    summary: 'who is told of alerts',
    responses: { 200: json(receiversAnswer, 'as configured, without secrets'), ...problems },
  })
  app.openapi(route, c => {
    // alerts are of the data of one tenant: nobody else is told of any
    if (tenantOf(c) !== config.tenant) return c.json({ receivers: [], alertmanagers: [], routes: [] }, 200)
    const { receivers, alertmanagers, route: root } = config.alerting
    const named = receivers.map(receiver => ({ name: receiver.name, ways: waysOf(receiver) }))
    const routes = [{ match: 'all others', receiver: root.receiver ?? '' }, ...root.routes.map(toRoute)]
    return c.json({ receivers: named, alertmanagers, routes: routes.reverse() }, 200)
  })
}

const toRoute = ({ match, receiver = '' }: Route) => ({ match, receiver })

/** Addresses of webhooks hold secrets more often than not: their host alone is shown. */
function waysOf({ webhook, slack, pagerduty, email }: Receiver): string[] {
  return [
    ...webhook.map(({ url }) => `webhook ${new URL(url).host}`),
    ...slack.map(({ url, channel }) => `slack ${channel ?? new URL(url).host}`),
    ...pagerduty.map(({ severity }) => `pagerduty ${severity}`),
    ...email.map(({ to }) => `email ${to.join(', ')}`),
  ]
}

function test(app: OpenAPIHono, { config, clock }: QueryContext): void {
  const route = createRoute({
    method: 'post',
    path: '/api/receivers/{name}/test',
    summary: 'tell a receiver of an alert that is none',
    request: { params: z.object({ name: z.string() }) },
    responses: {
      200: json(z.object({ failures: z.array(z.string()) }), 'what went wrong; none where all ways worked'),
      ...problems,
    },
  })
  app.openapi(route, async c => {
    if (!isAdmin(c))
      throw new OperatingError('SCOPE_MISSING', 'to test a receiver a token needs the scope admin')
    const { name } = c.req.valid('param')
    const receiver = config.alerting.receivers.find(one => one.name === name)
    if (receiver === undefined) throw new OperatingError('NOT_FOUND', `there is no receiver ${name}`)
    const failures = await sendTo(receiver, testNotification(name, clock.nowMs()), config.alerting)
    return c.json({ failures }, 200)
  })
}

function testNotification(receiver: string, nowMs: number): Notification {
  const labels = { alertname: 'Test', receiver }
  const annotations = { summary: 'Somebody tries whether notifications arrive. Nothing is wrong.' }
  const alert = {
    labels,
    annotations,
    state: 'firing' as const,
    value: 1,
    activeAtMs: nowMs,
    firedAtMs: nowMs,
  }
  return { key: 'test', receiver, groupLabels: { alertname: 'Test' }, firing: [alert], resolved: [] }
}
