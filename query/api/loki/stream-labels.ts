import { LabelName } from '../../../lib/logql/index.ts'
import type { StreamColumn } from '../../streams.ts'

/**
 * The labels of every stream. Logs Drilldown needs `service_name` and `detected_level`; all other fields of a line are
 * structured metadata.
 */
export const streamLabels: Readonly<Record<string, StreamColumn>> = {
  detected_level: 'Level',
  host: 'Host',
  level: 'Level',
  service: 'ServiceName',
  service_name: 'ServiceName',
}

const columns: Readonly<Record<string, StreamColumn>> = {
  service: 'ServiceName',
  host: 'Host',
  level: 'Level',
}

/** The column of a stream label, however it is spelt; undefined for names of structured metadata. */
export function streamColumnOf(label: string): StreamColumn | undefined {
  const { column } = new LabelName(label)
  return column === undefined ? undefined : columns[column]
}

/** The labels of one stream; without those that are empty. */
export function labelsOf(
  stream: Readonly<Record<StreamColumn, string>>,
  names: readonly string[] = Object.keys(streamLabels),
): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const name of names) {
    const column = streamColumnOf(name)
    if (column !== undefined && stream[column] !== '') labels[name] = stream[column]
  }
  return labels
}
