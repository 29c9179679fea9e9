import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LossyDisk } from '../../lib/log/testing/lossy-disk.ts'
import { seeded } from '../../lib/log/testing/seeded.ts'
import { openMetadataJournal } from './metadata-journal.ts'
import type { MetadataStore } from './metadata-store.ts'

const file = 'metadata.jsonl'
const rounds = 12

/** All that a journal knows, as text. */
function knownTo(store: MetadataStore): string {
  const topics = [...store.topics.values()].sort((a, b) => a.name.localeCompare(b.name))
  return JSON.stringify([store.clusterId, topics, [...store.documents('users')].sort()])
}

/** Changes metadata until it is told to stop, several changes at once; remembers what stood there after each, in order. */
class Changing {
  /** From the oldest on; those up to `acknowledged` are durable. */
  readonly states: string[]
  acknowledged = 0
  /** Producer ids below were given out. */
  givenIds = 0
  readonly #store: MetadataStore
  readonly #random: () => number
  #isStopping = false
  readonly #running: Promise<void>

  constructor(store: MetadataStore, random: () => number) {
    this.#store = store
    this.#random = random
    this.states = [knownTo(store)]
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#isStopping)
      await Promise.all(Array.from({ length: 1 + Math.floor(this.#random() * 4) }, () => this.#change()))
  }

  async #change(): Promise<void> {
    await this.#any()
    // changes are applied in the order in which they are written
    this.states.push(knownTo(this.#store))
    this.acknowledged = this.states.length - 1
  }

  async #takeIds(): Promise<void> {
    this.givenIds = (await this.#store.takeProducerIds(10)) + 10
  }

  #any(): Promise<unknown> {
    const store = this.#store
    const name = `t${Math.floor(this.#random() * 30)}`
    const luck = this.#random()
    if (luck < 0.1) return this.#takeIds()
    const long = 'x'.repeat(this.#random() * 3000)
    if (luck < 0.4)
      return store.addTopic({
        name,
        id: `id-${name}`,
        partitions: 1 + Math.floor(luck * 9),
        configs: { long },
      })
    if (luck < 0.6) return store.removeTopic(`id-${name}`)
    const changes = Array.from({ length: 4 }, (_, i) => [`u${i}`, luck < 0.7 ? null : { long }] as const)
    return store.putDocuments('users', changes)
  }
}

/** Cuts the power while changes are under way; answers the folder with what that left. */
async function lose(folder: string, left: string, random: () => number): Promise<string> {
  const disk = new LossyDisk(folder)
  await disk.watchHandles()
  const store = await openMetadataJournal(join(folder, file), () => 'other')
  const changing = new Changing(store, random)
  await sleep(5 + random() * 60)
  const { acknowledged, givenIds } = changing
  disk.leave(left, random)
  disk.stop()
  await changing.stop()
  await store.close()
  const recovered = await openMetadataJournal(join(left, file), () => 'other')
  // that which was under way may be there
  expect(changing.states.slice(acknowledged, acknowledged + 2)).toContain(knownTo(recovered))
  expect(await recovered.takeProducerIds(1)).toBeGreaterThanOrEqual(givenIds)
  await recovered.close()
  return left
}

test.each([1, 2, 3, 4, 5, 6])(
  'when the power goes, each change of the metadata that was acknowledged is there, and none by half: seed %i',
  async seed => {
    const base = await mkdtemp(join(tmpdir(), 'millrace-power-'))
    const random = seeded(seed)
    try {
      let folder = join(base, '0')
      await mkdir(folder)
      await (await openMetadataJournal(join(folder, file), () => 'c')).close()
      for (let round = 1; round <= rounds; round++)
        folder = await lose(folder, join(base, String(round)), random)
    } finally {
      await rm(base, { recursive: true, force: true })
    }
  },
  60_000,
)
