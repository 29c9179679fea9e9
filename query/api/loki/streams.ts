import type { LabelCategory } from '../../../lib/logql/index.ts'
import type { Entry } from '../../logql/search.ts'

type Labels = Record<string, string>

/** Whether who asks tells labels of the stream from those beside the line and those out of it. Source: Loki, X-Loki-Response-Encoding-Flags. */
export function categorizes(flags: string | undefined): boolean {
  return (flags ?? '').split(',').some(flag => flag.trim() === 'categorize-labels')
}

/** Lines by their labels, in the order in which they were found. */
export function streamsOf(
  entries: readonly Entry[],
  isCategorized: boolean,
): { stream: Labels; values: unknown[] }[] {
  const streams = new Map<string, { stream: Labels; values: unknown[] }>()
  for (const entry of entries) {
    const stream = isCategorized ? labelsOf(entry, 'stream') : labelsOf(entry)
    // a label without a value tells streams apart, too
    const key = JSON.stringify(Object.entries(stream).sort(([a], [b]) => (a < b ? -1 : 1)))
    const found = streams.get(key) ?? { stream, values: [] }
    streams.set(key, found)
    found.values.push([entry.timestampNs, entry.line, ...(isCategorized ? [besides(entry)] : [])])
  }
  return [...streams.values()]
}

function besides(entry: Entry) {
  const [structuredMetadata, parsed] = [labelsOf(entry, 'structured'), labelsOf(entry, 'parsed')]
  return {
    ...(Object.keys(structuredMetadata).length > 0 ? { structuredMetadata } : {}),
    ...(Object.keys(parsed).length > 0 ? { parsed } : {}),
  }
}

function labelsOf({ labels }: Entry, wanted?: LabelCategory): Labels {
  return Object.fromEntries(
    labels.flatMap(([name, value, category]) =>
      wanted === undefined || category === wanted ? [[name, value]] : [],
    ),
  )
}
