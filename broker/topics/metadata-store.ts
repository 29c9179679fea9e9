/** One topic as the cluster knows it. */
export interface TopicRecord {
  name: string
  /** 22 characters of base64url, never used again for another topic. */
  id: string
  partitions: number
  configs: Readonly<Record<string, string>>
}

/**
 * What a cluster agrees on: topics, its own id, producer ids given out, configurations of groups. One node keeps it in a local file; several
 * will keep it in a replicated log behind the same interface. A change is durable when its promise resolves.
 */
export interface MetadataStore {
  readonly clusterId: string
  readonly topics: ReadonlyMap<string, TopicRecord>
  /** What groups have of configurations, by group id. */
  readonly groupConfigs: ReadonlyMap<string, Readonly<Record<string, string>>>
  /** Adds a topic, or replaces the one of the same id. */
  addTopic(topic: TopicRecord): Promise<void>
  removeTopic(id: string): Promise<void>
  /** Replaces what a group has; nothing forgets it. */
  setGroupConfigs(group: string, configs: Readonly<Record<string, string>>): Promise<void>
  /** The first of `count` producer ids that no one has been given before. */
  takeProducerIds(count: number): Promise<number>
  close(): Promise<void>
}
