/** What was deleted of one record at once. */
export interface DeletedRows {
  rows: number
  /** Which of its lines, with their bytes in the source; empty where that was not noted. */
  runs: readonly { first: number; lines: number; bytes: number }[]
  by: string
  /** As in 2026-01-31T12:00:00Z. */
  at: string
}

/** `2 lines deleted by root@web1 at 2026-01-31T12:00:00Z`. */
export function deletionText(lines: number, deleted: readonly DeletedRows[]): string {
  const inOrder = deleted.toSorted((a, b) => a.at.localeCompare(b.at))
  const who = [...new Set(inOrder.map(({ by, at }) => `by ${by} at ${at}`))]
  return `${lines} ${lines === 1 ? 'line' : 'lines'} deleted ${who.join(' and ')}`
}
