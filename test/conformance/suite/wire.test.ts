import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTarget, type Target } from './target.ts'
import { wireCases } from './wire/all.ts'
import { WireScene } from './wire/wire-case.ts'

const timeout = 60_000

/** Requests of every kind and what Apache Kafka 4.2 answers: the same against our broker and against Kafka itself. */
describe('on the wire', { timeout }, () => {
  let target: Target
  let scene: WireScene
  beforeAll(async () => {
    target = await openTarget()
    scene = await WireScene.open(target.address)
  }, timeout)
  afterAll(async () => {
    scene.close()
    await target.close()
  }, timeout)

  it.each(wireCases.map(wireCase => [wireCase.title, wireCase] as const))(
    '%s',
    async (_, { answer, expected }) => {
      expect(comparable(await answer(scene), expected)).toEqual(expected)
    },
  )
})

/** Names made up for a run are left out. Where only an error's name is expected, its words are free. */
function comparable(answer: unknown, expected: unknown): unknown {
  if (typeof answer === 'string') {
    const text = answer.replace(/\b(wire|group|new|tx)-[0-9a-f]{10}\b/g, '$1-…')
    return typeof expected === 'string' && /^[A-Z_]+$/.test(expected) ? text.split(' ')[0] : text
  }
  if (!Array.isArray(answer)) return answer
  return answer.map((part: unknown, i) => comparable(part, Array.isArray(expected) ? expected[i] : undefined))
}
