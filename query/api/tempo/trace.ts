import type { Context } from 'hono'
import { OperatingError } from '../../../lib/base/index.ts'
import { jsonToProtobuf, WireWriter } from '../../../lib/otlp/index.ts'
import type { QueryContext } from '../../context.ts'
import { otlpForm, protobufForm, resourceSpans } from '../../traces/otlp.ts'
import { maxSpansOfTrace, type StoredTrace, traceById, traceIdOf } from '../../traces/trace-by-id.ts'
import { traceReader } from '../traces/reader.ts'

const protobuf = 'application/protobuf'

/** `api/traces/{id}`: a trace as protobuf of `Trace`, which is OTLP's own request, or as JSON under Tempo's older name. */
export async function traceV1(context: QueryContext, c: Context): Promise<Response> {
  const { spans } = await theTrace(context, c)
  if (wantsProtobuf(c)) return binary(otlpBytes(spans))
  return c.json({ batches: resourceSpans(spans, protobufForm) })
}

/** `api/v2/traces/{id}`: a TraceByIDResponse with the trace, and whether it is all of it. */
export async function traceV2(context: QueryContext, c: Context): Promise<Response> {
  const { spans, warnings } = await theTrace(context, c)
  const message = warnings.join('; ')
  if (!wantsProtobuf(c)) {
    const trace = { resourceSpans: resourceSpans(spans, protobufForm) }
    return c.json({ trace, metrics: {}, ...(message === '' ? {} : { status: 'PARTIAL', message }) })
  }
  const writer = new WireWriter(1024)
  const bytes = otlpBytes(spans)
  writer.copy(1, bytes, 0, bytes.length)
  writer.end(writer.begin(2))
  if (message !== '') {
    writer.tag(3, 0)
    writer.varint(1)
    writer.string(4, message)
  }
  return binary(writer.finish())
}

/** Errors: NOT_FOUND, PARAMETER_INVALID. */
async function theTrace(context: QueryContext, c: Context): Promise<StoredTrace & { warnings: string[] }> {
  const text = c.req.param('id') ?? ''
  const id = traceIdOf(text)
  if (id === undefined)
    throw new OperatingError(
      'PARAMETER_INVALID',
      `trace IDs can only contain hex characters: invalid '${text}'`,
    )
  const reader = traceReader(context, c)
  const found = await traceById(reader, id, maxSpansOfTrace)
  if (found.spans.length === 0) throw new OperatingError('NOT_FOUND', 'trace not found')
  return { ...found, warnings: reader.warnings }
}

function wantsProtobuf(c: Context): boolean {
  return (c.req.header('accept') ?? '').includes(protobuf)
}

function otlpBytes(spans: StoredTrace['spans']): Buffer {
  return jsonToProtobuf('traces', JSON.stringify({ resourceSpans: resourceSpans(spans, otlpForm) }))
}

function binary(bytes: Buffer): Response {
  return new Response(new Uint8Array(bytes), { headers: { 'Content-Type': protobuf } })
}
