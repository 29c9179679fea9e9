import type { MutationBudget } from '../quotas/mutation-quotas.ts'
import type { RequestContext } from './handler.ts'

/** How many partitions the request may make or delete; from `strictFrom` on what is beyond that is refused. */
export function budgetOf({ services, peer, header }: RequestContext, strictFrom: number): MutationBudget {
  return services.mutations.begin(peer.session.principal, header.clientId, header.apiVersion >= strictFrom)
}
