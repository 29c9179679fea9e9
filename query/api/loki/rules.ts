import { success } from './answer.ts'
import type { Asked } from './asked.ts'

/** Loki's `rules`: groups by namespace as YAML. Rules do not run in Loki's tongue here: there are none. */
export function rules({ c }: Asked): Response {
  return c.body('{}\n', 200, { 'Content-Type': 'application/yaml' })
}

/** Groups of a namespace, or one of them. */
export function noRules({ c }: Asked): Response {
  return c.text('no rule groups found\n', 404)
}

/** The same in Prometheus' form. */
export function prometheusRules({ c }: Asked): Response {
  return success(c, { groups: [] })
}

export function prometheusAlerts({ c }: Asked): Response {
  return success(c, { alerts: [] })
}
