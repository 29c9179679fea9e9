/**
 * The spans at which work enters a service: what it serves or consumes, and roots of whatever kind. Their number is that of
 * the calls, where all spans would count work done inside as well.
 */
export const entrySpans = `(SpanKind IN ('Server', 'Consumer') OR ParentSpanId = '')`
