/**
 * The metadata of the aggregator's offset commits. Before a range is inserted its start is committed together with its
 * end; so whoever comes next, after a crash or a rebalance, reads exactly that range again and inserts the same blocks
 * with the same tokens. What had landed is dropped by the store, what had not lands.
 */
export interface CommitMetadata {
  /** Which incarnation of the topic: offsets mean nothing in a topic that was deleted and made again. */
  topicId: string
  /** End of the range planned from the committed offset; undefined where none is under way. */
  to: number | undefined
  /**
   * The part of the configuration that blocks depend on, see BlockSettings, and from which offset on all ranges were
   * made with it. A range that is repeated goes by these, whatever the configuration says by then.
   */
  settings?: string | undefined
  since?: number | undefined
}

const version = 1

/** Some hundred bytes unless much is configured; Kafka keeps up to 4096. */
export function encodeMetadata({ topicId, to, settings, since }: CommitMetadata): string {
  return JSON.stringify({
    v: version,
    topicId,
    ...(to === undefined ? {} : { to }),
    ...(settings === undefined ? {} : { settings, since }),
  })
}

/** Undefined for what is not of this form, such as commits by other tools: then only the offset counts. */
export function decodeMetadata(text: string): CommitMetadata | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { v, topicId, to, settings, since } = value as Record<string, unknown>
  if (v !== version || typeof topicId !== 'string') return undefined
  return {
    topicId,
    to: offsetOf(to),
    ...(typeof settings === 'string' ? { settings, since: offsetOf(since) } : {}),
  }
}

function offsetOf(value: unknown): number | undefined {
  return Number.isSafeInteger(value) ? (value as number) : undefined
}

/** Where to begin with a partition. */
export interface StartingPoint {
  offset: number
  /** Set when [offset, replayTo) was planned and may or may not have been inserted. */
  replayTo: number | undefined
  /** As the last commit has them. */
  settings?: string | undefined
  since?: number | undefined
}

/** Decides from what was committed; undefined where nothing (usable) was: then at the beginning of the topic. */
export function startingPoint(
  committed: { offset: number; metadata: string } | undefined,
  topicId: string,
): StartingPoint | undefined {
  if (committed === undefined || committed.offset < 0) return undefined
  const metadata = decodeMetadata(committed.metadata)
  if (metadata === undefined) return { offset: committed.offset, replayTo: undefined }
  if (metadata.topicId !== topicId) return undefined
  const replays = metadata.to !== undefined && metadata.to > committed.offset
  const { settings, since } = metadata
  return {
    offset: committed.offset,
    replayTo: replays ? metadata.to : undefined,
    ...(settings === undefined ? {} : { settings, since }),
  }
}

/** What tells one range's rows in one table from all others, for ever: also from those of a topic made anew. */
export function insertToken(
  topic: string,
  topicId: string,
  partition: number,
  from: number,
  to: number,
  table: string,
): string {
  return `${topic}/${topicId}/${partition}/${from}/${to}/${table}`
}
