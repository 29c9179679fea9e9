import { expect, test } from 'vitest'
import { type JsonKey, JsonKeys } from './json-keys.ts'

test('a key in an object has that one before it, also where keys come and go in great number', () => {
  const keys = new JsonKeys()
  const find = (text: string, parent: JsonKey | undefined, depth: number) =>
    keys.find(Buffer.from(text), 0, Buffer.byteLength(text), parent, true, depth)
  const pathOf = ({ path, length }: JsonKey) => path.toString('utf8', 0, length)
  let next = 0
  const others = (count: number) => {
    for (let i = 0; i < count; i++) find(`k${next++}`, undefined, 0)
  }
  const wrong: string[] = []
  // as many as are remembered; then as many more that it forgets all between an object and what is in it
  for (const [round, count] of [1024, 65_532, 1024, 70_000, 5].entries()) {
    others(count)
    const name = `o${round}`
    const inside = find('x', find(name, undefined, 1), 2)
    if (pathOf(inside) !== `${name}.x`) wrong.push(`${name}: ${pathOf(inside)}`)
  }
  expect(wrong).toEqual([])
})
