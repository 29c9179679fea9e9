/** A place in a record's rows where the source's bytes are not as they were written. */
export interface LedgerGap {
  /** Index of a row of the record, from 0. The number of rows where it stands behind the last. */
  row: number
  /** Bytes of the source. */
  bytes: number
  /** A built-in reason, or the name of the rule. */
  reason: string
  /** False: the bytes stood before the row and are in none. True: the row stands for them, changed by a rule. */
  isChange: boolean
}

/** Services of rows that follow one another. */
export interface ServiceRun {
  service: string
  lines: number
}

/**
 * Text of a record's gaps: `INDEX+BYTES=REASON` for bytes in no row, `INDEX*BYTES=RULE` for a row that was changed.
 *
 * @example
 * writeGaps([{ row: 3, bytes: 120, reason: 'health checks', isChange: false }]) // => '3+120=health%20checks'
 */
export function writeGaps(gaps: readonly LedgerGap[]): string {
  return gaps
    .map(
      ({ row, bytes, reason, isChange }) =>
        `${row}${isChange ? '*' : '+'}${bytes}=${encodeURIComponent(reason)}`,
    )
    .join(',')
}

/** Reads the text back; undefined where it is not such a text. */
export function readGaps(text: string): LedgerGap[] | undefined {
  const gaps: LedgerGap[] = []
  for (const part of parts(text)) {
    const found = /^(\d{1,15})([+*])(\d{1,15})=(.*)$/s.exec(part)
    const reason = decoded(found?.[4])
    if (found === null || reason === undefined) return undefined
    gaps.push({ row: Number(found[1]), bytes: Number(found[3]), reason, isChange: found[2] === '*' })
  }
  return gaps
}

/**
 * Text of the services of a record's rows, in order.
 *
 * @example
 * writeServices([{ service: 'web', lines: 120 }, { service: 'api', lines: 3 }]) // => 'web*120,api*3'
 */
export function writeServices(runs: readonly ServiceRun[]): string {
  return runs.map(({ service, lines }) => `${encodeURIComponent(service)}*${lines}`).join(',')
}

/** Reads the text back; undefined where it is not such a text. */
export function readServices(text: string): ServiceRun[] | undefined {
  const runs: ServiceRun[] = []
  for (const part of parts(text)) {
    const at = part.lastIndexOf('*')
    const service = at < 0 ? undefined : decoded(part.slice(0, at))
    const lines = Number(part.slice(at + 1))
    if (service === undefined || !Number.isSafeInteger(lines) || lines < 1) return undefined
    runs.push({ service, lines })
  }
  return runs
}

function parts(text: string): string[] {
  return text === '' ? [] : text.split(',')
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
