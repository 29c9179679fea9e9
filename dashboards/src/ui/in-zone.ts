import type { Times } from './times.ts'

const instants = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g

/** What the server says, with its moments as the clock of the reader shows them. */
export function inZone(text: string, times: Pick<Times, 'dateTime'>): string {
  return text.replaceAll(instants, instant => times.dateTime(Date.parse(instant)))
}
