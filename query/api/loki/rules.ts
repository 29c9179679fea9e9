import { alertsAnswer, rulesAnswer } from '../prometheus/rules.ts'
import { rulesOf } from '../rules-of.ts'
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

/** All rules in Prometheus' form. */
export function prometheusRules({ c, context, parameters }: Asked): Response {
  return success(c, rulesAnswer(rulesOf(c, context), parameters))
}

export function prometheusAlerts({ c, context }: Asked): Response {
  return success(c, alertsAnswer(rulesOf(c, context)))
}
