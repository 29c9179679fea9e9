import { unwatchFile, watchFile } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, messageOf, OperatingError, type Role } from '../lib/base/index.ts'
import type { Config } from './config.ts'

/** How often the file is looked at. */
const lookMs = 1_000
/** A file that did not change for so long is written; one that goes on changing is not waited for for ever. */
const restMs = 100
const maxRests = 50

/** Where a role's configuration comes from. */
export interface ConfigSource {
  /** Undefined: no file, only defaults and `--set`. */
  file: string | undefined
  load(): Promise<Config>
}

/**
 * Has a role that can take up changes of its configuration on SIGHUP and when the file changes. One that is wrong, or
 * that the role cannot go over to, is said and changes nothing. Other roles leave SIGHUP alone.
 */
export function followConfig(role: Role, { file, load }: ConfigSource, logger: Logger): { close(): void } {
  const { reload } = role
  if (reload === undefined) return { close: () => undefined }
  let reloading: Promise<void> = Promise.resolve()
  const take = async (why: string): Promise<void> => {
    try {
      if (file !== undefined) await written(file)
      const later = await reload.call(role, await load())
      logger.info('took up the configuration', { why, file })
      if (later.length > 0) logger.warn('a restart is needed for some of it', { keys: later.join(', ') })
    } catch (error) {
      logger.error('the new configuration is not taken up, going on with the last good one', {
        error: messageOf(error),
      })
    }
  }
  const ask = (why: string): void => {
    reloading = reloading.then(() => take(why))
  }
  const onSignal = (): void => ask('SIGHUP')
  const onChange = (): void => ask('the file changed')
  process.on('SIGHUP', onSignal)
  if (file !== undefined) watchFile(file, { interval: lookMs, persistent: false }, onChange)
  return {
    close() {
      process.off('SIGHUP', onSignal)
      if (file !== undefined) unwatchFile(file, onChange)
    },
  }
}

/**
 * Most editors empty a file before they write it: what stands in it then would be a configuration too, of defaults alone.
 * Errors: CONFIG_UNFINISHED.
 */
async function written(file: string): Promise<void> {
  let before = await stat(file)
  for (let rests = 0; rests < maxRests; rests++) {
    await sleep(restMs)
    const now = await stat(file)
    if (now.size > 0 && now.size === before.size && now.mtimeMs === before.mtimeMs) return
    before = now
  }
  throw new OperatingError(
    'CONFIG_UNFINISHED',
    `${file} is empty, or still being written: send SIGHUP when it is done`,
  )
}
