import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Runs a test in a folder of its own, which goes afterwards. */
export async function inTemporaryFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-agent-'))
  const [ran] = await Promise.allSettled([run(folder)])
  const [removed] = await Promise.allSettled([rm(folder, { recursive: true, force: true, maxRetries: 5 })])
  // what failed first says why
  for (const step of [ran, removed]) if (step.status === 'rejected') throw step.reason
  return (ran as PromiseFulfilledResult<T>).value
}

/** Waits until it is so; fails after a while, naming what was waited for. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  timeoutMs = 4_000,
): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (!(await isSo())) {
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
