import { z } from 'zod'

const durationMs = z.number().int().min(0)
const secret = z.string().min(1)

const receiver = z.strictObject({
  name: z.string().min(1),
  webhook: z.array(z.strictObject({ url: z.url(), token: secret.optional() })).default([]),
  slack: z.array(z.strictObject({ url: z.url(), channel: z.string().optional() })).default([]),
  pagerduty: z
    .array(
      z.strictObject({
        routingKey: secret,
        url: z.url().default('https://events.pagerduty.com/v2/enqueue'),
        severity: z.enum(['critical', 'error', 'warning', 'info']).default('critical'),
      }),
    )
    .default([]),
  email: z
    .array(
      z.strictObject({
        to: z.array(z.string().min(3)).min(1),
        from: z.string().min(3),
        /** host:port of the server that takes mail. */
        server: z.string().min(3),
        user: z.string().optional(),
        password: secret.optional(),
        tls: z.enum(['starttls', 'tls', 'none']).default('starttls'),
      }),
    )
    .default([]),
})

const routeHead = {
  receiver: z.string().optional(),
  groupBy: z.array(z.string()).optional(),
  groupWaitMs: durationMs.optional(),
  groupIntervalMs: durationMs.optional(),
  repeatIntervalMs: durationMs.optional(),
}
/** `{severity="page"}`: LogQL's selector over the labels of alerts. */
const route = z.strictObject({ ...routeHead, match: z.string(), continue: z.boolean().default(false) })

/** Which rule files there are: paths with `*`, beside the configuration. */
export const rulesSection = z.array(z.string().min(1)).default([])

/** The section `alerting`: who is told of alerts. Times as Alertmanager's. */
export const alertingSection = z
  .strictObject({
    externalLabels: z.record(z.string(), z.string()).default({}),
    /** Where this page is found, for links in notifications. */
    externalUrl: z.url().default('http://127.0.0.1:4300'),
    alertmanagers: z.array(z.url()).default([]),
    receivers: z.array(receiver).default([]),
    route: z.strictObject({ ...routeHead, routes: z.array(route).default([]) }).prefault({}),
  })
  .prefault({})

export type Alerting = z.output<typeof alertingSection>
export type Receiver = z.output<typeof receiver>
export type Route = z.output<typeof route>
