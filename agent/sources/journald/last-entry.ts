import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { messageOf } from '../../../lib/base/index.ts'
import { lastArguments } from './arguments.ts'
import type { JournaldConfig } from './config.ts'

const run = promisify(execFile)
const timeoutMs = 10_000

/** The cursor of the last entry that is selected; undefined where there is none, or it cannot be asked. */
export async function newestCursor(config: JournaldConfig): Promise<string | undefined> {
  try {
    return fieldIn(await lastEntry(config, true), '__CURSOR')
  } catch {
    // reading the journal fails too, and says why
    return undefined
  }
}

/** The boot that the last of all entries is of; undefined where there is none. Errors: of running journalctl. */
export async function newestBoot(config: JournaldConfig): Promise<string | undefined> {
  return fieldIn(await lastEntry(config, false), '_BOOT_ID')
}

async function lastEntry(config: JournaldConfig, isSelected: boolean): Promise<string> {
  const { journalctl } = config
  const options = { timeout: timeoutMs, encoding: 'latin1' } as const
  try {
    return (await run(journalctl, lastArguments(config, isSelected), options)).stdout
  } catch (error) {
    throw new Error(`cannot run ${journalctl}: ${messageOf(error).trim()}`, { cause: error })
  }
}

function fieldIn(entry: string, name: string): string | undefined {
  return new RegExp(`^${name}=(.+)$`, 'm').exec(entry)?.[1]
}
