import type { LogFields } from '../../lib/logql/index.ts'

export const traceId = 'ab12'.repeat(8)
/** Lines that hold their values, as most do: the store keeps them as a shape and those values. */
export const structured = (fields: Record<string, string>): string[] => [
  JSON.stringify({ time: '2026-01-01T12:30:07.250Z', level: 'info', trace_id: traceId, ...fields }),
  `2026-01-01 12:30:07.250 INFO ${Object.entries(fields)
    .map(([key, value]) => `${key}="${value}"`)
    .join(' ')} done`,
]

/** What made a line, and what it says itself of what made it. */
const scopes: Pick<LogFields, 'scope' | 'scopeVersion' | 'attributes'>[] = [
  { scope: 'com.example.Cart', scopeVersion: '1.10', attributes: {} },
  { scope: 'com.example.Cart', attributes: { a: 'b' } },
  { scope: 'com.example.Shop (v2) %_', scopeVersion: '250', attributes: { scope_name: '' } },
  { scopeVersion: '1.10', attributes: {} },
  { scope: 'millrace.file', scopeVersion: '1.10', attributes: {} },
  { scope: 'millrace.loki', attributes: { scope_version: '2' } },
  {
    scope: 'com.example.Cart',
    scopeVersion: '1.10',
    attributes: { scope_name: 'own', 'scope.version': '3' },
  },
  { scope: 'com.example.Cart', attributes: { 'scope.name': 'com.example.Own' } },
]
export const scopedLines: LogFields[] = scopes.flatMap(scoped =>
  [scoped.attributes['scope_name'] ?? 'made', ...structured({ ...scoped.attributes })].map(body => ({
    service: 'scoped',
    host: 'h0',
    level: 'info',
    body,
    traceId: '',
    spanId: '',
    resource: { 'service.name': 'scoped', 'host.name': 'h0' },
    ...scoped,
  })),
)

export const scopedQueries = [
  '{scope_name="com.example.Cart"}',
  '{scope_name!="com.example.Cart", service="scoped"}',
  '{scope_name=~"com.*"}',
  '{scope_name=~"(?i)COM[.]EXAMPLE[.](cart|own)"}',
  '{scope_name!~"com.*"}',
  '{scope_name=""}',
  '{scope_name="com.example.Shop (v2) %_"}',
  '{scope_name="own"}',
  '{scope_name="millrace.file"}',
  '{scope_name=~"millrace.*"}',
  '{scope_version="1.10"}',
  '{service="scoped"} | scope_name="com.example.Cart" and scope_version="1.10"',
  '{} | scope_name="own" or scope_version="2"',
  '{} | scope_version > 1.05 | scope_version != 3',
  '{} | scope_version <= 250',
  '{"scope.name"="com.example.Own"}',
  '{"scope.name"="com.example.Cart"}',
  'scope_name:com.example.Cart',
  'scope_name:com.example.* -scope_version:1.10',
  'scope_name:*',
  'made -scope_name:*',
]
