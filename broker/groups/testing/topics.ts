import type { KnownTopic, TopicDirectory } from '../consumer/subscription.ts'

/** The id of a made-up topic: its name, as a uuid is written. */
export function topicIdOf(name: string): string {
  const bytes = Buffer.alloc(16)
  bytes.write(name)
  return bytes.toString('base64url')
}

/** Topics that a test makes up. */
export class FakeTopics implements TopicDirectory {
  version = 0
  readonly #topics = new Map<string, KnownTopic>()

  constructor(topics: Readonly<Record<string, number>> = {}) {
    for (const [name, partitionCount] of Object.entries(topics)) this.set(name, partitionCount)
  }

  set(name: string, partitionCount: number): void {
    this.#topics.set(name, { id: topicIdOf(name), name, partitionCount })
    this.version++
  }

  delete(name: string): void {
    this.#topics.delete(name)
    this.version++
  }

  get(name: string): KnownTopic | undefined {
    return this.#topics.get(name)
  }
  getById(id: string): KnownTopic | undefined {
    return [...this.#topics.values()].find(topic => topic.id === id)
  }
  all(): Iterable<KnownTopic> {
    return this.#topics.values()
  }
}
