import { unwatchFile, watchFile } from 'node:fs'
import { type Logger, messageOf, type Role } from '../lib/base/index.ts'
import type { Config } from './config.ts'

/** How often the file is looked at. */
const lookMs = 1_000

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
