import { WordTable } from './word-table.ts'

/** What a field of a structured line means beyond being an attribute. */
export const roleTime = 1
export const roleLevel = 2
export const roleBody = 3
export const roleTraceId = 4
export const roleSpanId = 5

/** Field names, case aside, as the common logging libraries write them. */
export const fieldRoles = new WordTable<number>([
  ['time', roleTime],
  ['timestamp', roleTime],
  ['@timestamp', roleTime],
  ['ts', roleTime],
  ['datetime', roleTime],
  ['level', roleLevel],
  ['lvl', roleLevel],
  ['severity', roleLevel],
  ['loglevel', roleLevel],
  ['log.level', roleLevel],
  ['levelname', roleLevel],
  ['severity_text', roleLevel],
  ['message', roleBody],
  ['msg', roleBody],
  ['log', roleBody],
  ['trace_id', roleTraceId],
  ['traceid', roleTraceId],
  ['trace.id', roleTraceId],
  ['span_id', roleSpanId],
  ['spanid', roleSpanId],
  ['span.id', roleSpanId],
])
