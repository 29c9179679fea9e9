import { unwatchFile, watchFile } from 'node:fs'
import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Logger, messageOf, OperatingError, type Role } from '../lib/base/index.ts'
import type { Config } from './config.ts'
import { restartKeys } from './restart-keys.ts'
import type { RoleName } from './role-name.ts'

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

/** Who follows it, and what it was started with. */
export interface Follower {
  name: RoleName
  role: Role
  running: Config
}

/**
 * Has a role take up changes of its configuration on SIGHUP and when the file changes, and say what only a restart takes
 * up. One that is wrong, or that the role cannot go over to, is said and changes nothing. A role that can take up nothing
 * leaves SIGHUP alone, and only says, once, which of the keys that it goes by have changed.
 */
export function followConfig(follower: Follower, source: ConfigSource, logger: Logger): { close(): void } {
  const { file, load } = source
  const canReload = follower.role.reload !== undefined
  const take = canReload ? taking(follower, source, logger) : comparing(follower, logger)
  let reloading: Promise<void> = Promise.resolve()
  const ask = (why: string): void => {
    reloading = reloading.then(async () => {
      try {
        if (file !== undefined) await written(file)
        await take(why, await load())
      } catch (error) {
        logger.error('the new configuration is not taken up, going on with the last good one', {
          error: messageOf(error),
        })
      }
    })
  }
  const onSignal = (): void => ask('SIGHUP')
  const onChange = (): void => ask('the file changed')
  if (canReload) process.on('SIGHUP', onSignal)
  if (file !== undefined) watchFile(file, { interval: lookMs, persistent: false }, onChange)
  return {
    close() {
      process.off('SIGHUP', onSignal)
      if (file !== undefined) unwatchFile(file, onChange)
    },
  }
}

type Take = (why: string, next: Config) => Promise<void>

function taking({ name, role, running }: Follower, { file }: ConfigSource, logger: Logger): Take {
  return async (why, next) => {
    const later = (await role.reload?.(next)) ?? []
    logger.info('took up the configuration', { why, file })
    needRestart([...later, ...restartKeys(name, running, next)], logger)
  }
}

function comparing({ name, running }: Follower, logger: Logger): Take {
  let said = ''
  return (_, next) => {
    const keys = restartKeys(name, running, next)
    if (keys.join() !== said) needRestart(keys, logger)
    said = keys.join()
    return Promise.resolve()
  }
}

function needRestart(keys: readonly string[], logger: Logger): void {
  if (keys.length > 0)
    logger.warn('a restart is needed to take up what changed in the configuration', { keys: keys.join(', ') })
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
