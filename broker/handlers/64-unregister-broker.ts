import { apis, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { refuse } from '../refusal.ts'
import { clusterRefusal } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * UnregisterBroker, version 0: no other broker was ever registered (BROKER_ID_NOT_REGISTERED). This one cannot be taken out
 * while it runs, which Kafka lets a cluster do to itself: INVALID_REQUEST.
 */
type Request = RequestOf<typeof apis.unregisterBroker>
type Response = ResponseInput<typeof apis.unregisterBroker>

function unregisterBroker({ brokerId }: Request, context: RequestContext): Response {
  const outcome =
    clusterRefusal(context, 'ALTER') ??
    (brokerId === context.services.nodeId
      ? refuse('INVALID_REQUEST', `Broker ID ${brokerId} is the only one, and stays registered`)
      : refuse('BROKER_ID_NOT_REGISTERED', `Broker ID ${brokerId} is not currently registered`))
  return { throttleTimeMs: 0, ...outcome }
}

export const handleUnregisterBroker = handler(apis.unregisterBroker, unregisterBroker)
