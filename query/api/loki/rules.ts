import { alertsAnswer, rulesAnswer } from '../prometheus/rules.ts'
import { rulesOf } from '../rules/rules-of.ts'
import { success } from './answer.ts'
import type { Asked } from './asked.ts'

/** Loki's `rules`: groups by namespace as YAML, to be edited. Rules stand in files here, so there are none to edit. */
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
