/** One topic as the cluster knows it. */
export interface TopicRecord {
  name: string
  /** 22 characters of base64url, never used again for another topic. */
  id: string
  partitions: number
  configs: Readonly<Record<string, string>>
}

/**
 * What a cluster agrees on: topics, its own id, producer ids given out, users and
 * their rights, quotas, configurations of groups. One node keeps it in a local file; several
 * will keep it in a replicated log behind the same interface. A change is durable when its promise resolves.
 */
export interface MetadataStore {
  readonly clusterId: string
  readonly topics: ReadonlyMap<string, TopicRecord>
  /** Adds a topic, or replaces the one of the same id. */
  addTopic(topic: TopicRecord): Promise<void>
  removeTopic(id: string): Promise<void>
  /** The first of `count` producer ids that no one has been given before. */
  takeProducerIds(count: number): Promise<number>
  /** Small documents by kind and key, such as credentials and access rules; their shape is their owner's. */
  documents<T>(kind: string): ReadonlyMap<string, T>
  /** Adds or replaces documents, all or none; null removes. They must survive JSON. */
  putDocuments(kind: string, changes: readonly (readonly [key: string, document: unknown])[]): Promise<void>
  close(): Promise<void>
}
