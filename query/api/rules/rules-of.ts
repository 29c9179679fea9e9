import type { Context } from 'hono'
import { tenantOf } from '../../access/asker.ts'
import type { QueryContext } from '../../context.ts'
import type { RulesService } from '../../rules/service.ts'

/** The rules that an asker may see: rules ask the data of the configured tenant, so nobody else has any. */
export function rulesOf(c: Context, { rules, config }: QueryContext): RulesView {
  return tenantOf(c) === config.tenant ? rules : noRules
}

export type RulesView = Pick<RulesService, 'groups' | 'alerts' | 'stateOf'>

const noRules: RulesView = {
  groups: [],
  alerts: () => [],
  stateOf: group => {
    throw new Error(`there are no rules here, and no ${group.name}`)
  },
}
