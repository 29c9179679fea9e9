/** Of a number of 64 bits. */
const mostDecimals = 20

/**
 * The id that Datadog's libraries write as a decimal number: the lower 64 bits of a trace's or span's id, here as so many
 * hexadecimal digits. Undefined for 0, which says that there is no trace, and for what is no such number.
 * Source: https://docs.datadoghq.com/tracing/other_telemetry/connect_logs_and_traces/opentelemetry/
 *
 * @example
 * idOfDecimal('67667974448284343', 16) // => '00f067aa0ba902b7'
 */
export function idOfDecimal(text: string, digits: number): string | undefined {
  if (text.length > mostDecimals || !/^[0-9]+$/.test(text)) return undefined
  const id = BigInt(text)
  return id > 0n && id < 1n << 64n ? id.toString(16).padStart(digits, '0') : undefined
}
