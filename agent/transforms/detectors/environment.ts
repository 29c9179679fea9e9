import type { Detector } from './detector.ts'

/**
 * What `OTEL_RESOURCE_ATTRIBUTES` says: `key=value`, separated by commas, with percent-escapes.
 * Source: https://opentelemetry.io/docs/specs/otel/resource/sdk/
 */
export const detectEnvironment: Detector = ({ environment }) => {
  const found: Record<string, string> = {}
  for (const pair of (environment['OTEL_RESOURCE_ATTRIBUTES'] ?? '').split(',')) {
    const at = pair.indexOf('=')
    if (at > 0) found[decoded(pair.slice(0, at))] = decoded(pair.slice(at + 1))
  }
  return found
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    // a percent sign that escapes nothing
    return text.trim()
  }
}
