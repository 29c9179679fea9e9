import { OperatingError } from '../lib/base/index.ts'
import type { MetadataStore } from './topics/metadata-store.ts'

const kind = 'node'
const key = 'id'

/**
 * Makes the folder that of this node when it is first used, as Kafka does with its meta.properties: what is kept by node,
 * such as configurations, would not be found under another id. Errors: NODE_ID_CHANGED.
 */
export async function claimNodeId(store: MetadataStore, nodeId: number, folder: string): Promise<void> {
  const known = store.documents<number>(kind).get(key)
  if (known === undefined) return await store.putDocuments(kind, [[key, nodeId]])
  if (known === nodeId) return
  const message = `${folder} is that of node ${known}, but broker.nodeId is ${nodeId}: set broker.nodeId to ${known}, or dataDir to another folder`
  throw new OperatingError('NODE_ID_CHANGED', message)
}
