import { formatField, shownFields } from '../../../lib/traceql/index.ts'
import { pipelineOf } from '../../traces/filters.ts'
import { parseLogfmt } from '../../traces/logfmt.ts'
import { keyValues } from '../../traces/otlp.ts'
import { type FoundSpan, type FoundTrace, searchTraces } from '../../traces/search.ts'
import type { TraceReader } from '../../traces/trace-reader.ts'
import { maxTraces } from '../traces/parameters.ts'
import type { Parameters } from './parameters.ts'

const noRoot = '<root span not yet received>'
const maxSpansPerSet = 100

/** `api/search`: by TraceQL in `q`, or by `tags` (parts of values, in any case), `minDuration` and `maxDuration`. */
export async function search(reader: TraceReader, parameters: Parameters): Promise<object> {
  const pipeline = pipelineOf(parameters.text('q'), {
    attributeParts: parseLogfmt(parameters.text('tags'), 'tags'),
    minDuration: parameters.text('minDuration'),
    maxDuration: parameters.text('maxDuration'),
  })
  const found = await searchTraces(reader, {
    pipeline,
    range: parameters.range('1h'),
    limit: parameters.positive('limit', 20, maxTraces),
    spansPerSet: parameters.count('spss', 3, maxSpansPerSet),
  })
  // Tempo gives a span's name where it is asked for; a selection is taken to ask for it, as Grafana shows it then
  const isNamed =
    pipeline.stages.length > 0 || shownFields(pipeline).some(field => formatField(field) === 'name')
  return { traces: found.map(one => toTempo(one, isNamed)), metrics: metricsOf(reader, found.length) }
}

/** What answers say of their cost. */
export function metricsOf({ cost }: TraceReader, inspectedTraces = 0) {
  return { inspectedTraces, inspectedBytes: String(cost.bytes), completedJobs: 1, totalJobs: 1 }
}

/** Source: grafana/tempo, pkg/tempopb/tempo.proto, TraceSearchMetadata. */
function toTempo({ summary, sets }: FoundTrace, isNamed: boolean): object {
  const spanSets = sets.map(({ spans, matched, by }) => ({
    spans: spans.map(span => spanOf(span, isNamed)),
    matched,
    ...(by.length === 0 ? {} : { attributes: keyValues({ by: by.map(String).join(', ') }) }),
  }))
  return {
    traceID: summary.traceId,
    rootServiceName: summary.hasRoot ? summary.rootService : noRoot,
    rootTraceName: summary.hasRoot ? summary.rootName : '',
    startTimeUnixNano: String(summary.startNs),
    durationMs: Math.floor(summary.durationNs / 1e6),
    ...(spanSets[0] === undefined ? {} : { spanSet: spanSets[0] }),
    spanSets,
    serviceStats: Object.fromEntries(
      summary.services.map(({ service, spans, errors }) => [
        service,
        { spanCount: spans, ...(errors === 0 ? {} : { errorCount: errors }) },
      ]),
    ),
  }
}

/** What a span says in fields of its own. */
const ownFields: ReadonlySet<string> = new Set(['name', 'duration'])

function spanOf({ span, fields }: FoundSpan, isNamed: boolean): object {
  const attributes = fields
    .filter(([name]) => !ownFields.has(name))
    .map(([name, value]) => [shortName(name), value] as const)
  return {
    spanID: span.spanId,
    ...(isNamed ? { name: span.name } : {}),
    startTimeUnixNano: String(span.startNs),
    durationNanos: String(span.durationNs),
    ...(attributes.length === 0 ? {} : { attributes: keyValues(Object.fromEntries(attributes)) }),
  }
}

/** Attributes come without their scope. */
export function shortName(name: string): string {
  return name.replace(/^(?:span|resource|event|link)?\./, '').replace(/^"(.*)"$/s, '$1')
}
