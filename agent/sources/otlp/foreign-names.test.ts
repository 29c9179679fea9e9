import { describe, expect, test } from 'vitest'
import { foreignNames } from './foreign-names.ts'

const wanted = 'names in OTLP/JSON are lowerCamelCase'

describe('names that OTLP/JSON does not know', () => {
  test.each([
    ['logs', { resource_logs: [] }, `found resource_logs, expected resourceLogs (${wanted})`],
    ['logs', { resourceSpans: [] }, `found resourceSpans, expected resourceLogs (${wanted})`],
    [
      'logs',
      { resourceLogs: [{ resource: {}, scope_logs: [] }] },
      `found resourceLogs[0].scope_logs, expected scopeLogs (${wanted})`,
    ],
    [
      'logs',
      { resourceLogs: [{ scopeLogs: [{ scope: {}, log_records: [{}] }] }] },
      `found resourceLogs[0].scopeLogs[0].log_records, expected logRecords (${wanted})`,
    ],
    [
      'logs',
      { resourceLogs: [{}, { instrumentationLibraryLogs: [{}] }] },
      `found resourceLogs[1].instrumentationLibraryLogs, expected scopeLogs (${wanted})`,
    ],
    [
      'metrics',
      { resourceMetrics: [{ scopeMetrics: [{ Metrics: [] }] }] },
      `found resourceMetrics[0].scopeMetrics[0].Metrics, expected metrics (${wanted})`,
    ],
    [
      'traces',
      { resourceSpans: [{ scope_spans: [] }] },
      `found resourceSpans[0].scope_spans, expected scopeSpans (${wanted})`,
    ],
  ] as const)('are named where they stand: %s %j', (signal, request, message) => {
    expect(foreignNames(signal, request)).toBe(message)
  })

  test.each([
    {},
    { resourceLogs: [] },
    { resourceLogs: null },
    { resourceLogs: [{ resource: {}, schemaUrl: 'x' }] },
    { resourceLogs: [{ scopeLogs: [{ scope: {}, logRecords: [] }] }] },
  ])('are not seen in %j', request => {
    expect(foreignNames('logs', request)).toBeUndefined()
  })
})
