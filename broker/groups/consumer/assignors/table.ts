import type { Assignor } from './assignor.ts'
import { range } from './range.ts'
import { uniform } from './uniform.ts'

/** Assignors on the broker's side, the default first (Kafka's group.consumer.assignors). A new one is a file and a line here. */
export const assignors: readonly [Assignor, ...Assignor[]] = [uniform, range]

export function assignorOf(name: string): Assignor | undefined {
  return assignors.find(assignor => assignor.name === name)
}
