import type { WireWriter } from './wire.ts'
import { type OtlpAttributes, writeAttributes } from './write-value.ts'

/** Who speaks and what measured or logged it: the two levels above the items of every request. */
export interface Origin {
  resource: OtlpAttributes
  scope: string
  scopeVersion?: string
}

/** An open request of one resource and one scope: items are written as field 2 until `endRequest`. */
export interface OpenRequest {
  resource: number
  scope: number
}

/** Opens a request of any signal: they share the field numbers of resource and scope. */
export function beginRequest(writer: WireWriter, origin: Origin): OpenRequest {
  const resource = writer.begin(1)
  const attributes = writer.begin(1)
  writeAttributes(writer, 1, origin.resource)
  writer.end(attributes)
  const scope = writer.begin(2)
  const named = writer.begin(1)
  writer.string(1, origin.scope)
  if (origin.scopeVersion !== undefined) writer.string(2, origin.scopeVersion)
  writer.end(named)
  return { resource, scope }
}

export function endRequest(writer: WireWriter, open: OpenRequest): void {
  writer.end(open.scope)
  writer.end(open.resource)
}
