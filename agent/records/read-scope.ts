import type { LineScope } from '../../lib/logql/index.ts'
import { WireReader, wireBytes } from '../../lib/otlp/index.ts'

/** Fields of ScopeLogs, and of InstrumentationScope, of which the last counts. Source: opentelemetry-proto, logs.proto and common.proto. */
const scopeField = 1
const nameField = 1
const versionField = 2

/** What a scope is called. `bytes`: fields of ScopeLogs, with their tags. */
export function readScope(bytes: Buffer): LineScope {
  const found: LineScope = {}
  for (const scope of fieldsOf(bytes, 0, bytes.length)) {
    if (scope.field !== scopeField) continue
    for (const { field, start, end } of fieldsOf(bytes, scope.start, scope.end)) {
      if (field === nameField) found.scope = bytes.toString('utf8', start, end)
      else if (field === versionField) found.scopeVersion = bytes.toString('utf8', start, end)
    }
  }
  return found
}

function* fieldsOf(bytes: Buffer, from: number, to: number) {
  const reader = new WireReader(bytes, from, to)
  while (reader.next()) {
    if (reader.wireType !== wireBytes) {
      reader.skip()
      continue
    }
    const start = reader.content()
    yield { field: reader.field, start, end: reader.position }
  }
}
