import { KeyValueReader, type Ranges, valueText } from '../../lib/otlp/index.ts'
import { maxRetentionDays, retentionAttribute } from '../../store/index.ts'

/** What rows take from the resource besides its attributes. */
export interface ResourceFacts {
  service: string
  host: string
  /** As the stream asks for itself; 0 where it does not. */
  retentionDays: number
  /** '' where the resource names none. */
  tenant: string
}

/** Resource attribute by which a record's tenant travels. */
const tenantAttribute = 'millrace.tenant'

/** Once per resource in a request, so strings are fine. */
export function readResourceFacts(bytes: Buffer, attributes: Ranges): ResourceFacts {
  const facts = { service: '', host: '', retentionDays: 0, tenant: '' }
  const entry = new KeyValueReader()
  for (let i = 0; i < attributes.count; i++) {
    entry.read(bytes, attributes.starts[i] as number, attributes.ends[i] as number)
    const key = bytes.toString('latin1', entry.keyStart, entry.keyEnd)
    const value = () => valueText(bytes, entry.valueStart, entry.valueEnd)
    if (key === 'service.name') facts.service = value()
    else if (key === 'host.name') facts.host = value()
    else if (key === tenantAttribute) facts.tenant = value()
    else if (key === retentionAttribute) facts.retentionDays = retentionDays(value())
  }
  return facts
}

function retentionDays(text: string): number {
  const days = Number(text)
  return Number.isInteger(days) && days >= 1 && days <= maxRetentionDays ? days : 0
}
