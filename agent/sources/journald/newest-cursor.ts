import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { selection } from './arguments.ts'
import type { JournaldConfig } from './config.ts'

const run = promisify(execFile)
const timeoutMs = 10_000

/** The cursor of the journal's last entry; undefined where there is none, or it cannot be asked. */
export async function newestCursor(config: JournaldConfig): Promise<string | undefined> {
  const args = ['--output=export', '--lines=1', '--quiet', '--output-fields=PRIORITY', ...selection(config)]
  try {
    const { stdout } = await run(config.journalctl, args, { timeout: timeoutMs, encoding: 'latin1' })
    return /^__CURSOR=(.+)$/m.exec(stdout)?.[1]
  } catch {
    // following it fails too, and says why
    return undefined
  }
}
