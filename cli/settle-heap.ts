import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Who asks first is answered before. */
const settleMs = 1_500

/**
 * Gives memory back that only starting took, about 15 MiB, by one collection of some 20 ms: a process that has little to
 * do would not get round to it by itself.
 */
export function settleHeap(): void {
  setTimeout(() => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as (options: object) => void
    // only this flavor also hands what is free back to the system at once
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  }, settleMs).unref()
}
