import { once } from 'node:events'
import { chmod, lstat, rm } from 'node:fs/promises'
import { connect, type Server } from 'node:net'
import { codeOf, listenError, OperatingError } from '../../../lib/base/index.ts'

/** Every program of the machine may log, as to /dev/log. */
const socketMode = 0o666

/**
 * Listens on a Unix stream socket. One that was left behind by a killed agent goes; anything else in its place stays.
 * Errors: PORT_IN_USE, CANNOT_LISTEN.
 */
export async function listenUnix(server: Server, path: string, configKey: string): Promise<string> {
  if (await isLeftOver(path, configKey)) await rm(path)
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => reject(listenError(cause, path, configKey)))
    server.listen(path, resolve)
  })
  await chmod(path, socketMode)
  return path
}

/** False where there is nothing. */
async function isLeftOver(path: string, configKey: string): Promise<boolean> {
  try {
    const found = await lstat(path)
    if (!found.isSocket())
      throw new OperatingError(
        'CANNOT_LISTEN',
        `${path} is there and is no socket: set ${configKey} to a path of its own`,
      )
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
  if (await isListenedOn(path)) throw listenError({ code: 'EADDRINUSE' }, path, configKey)
  return true
}

/** A socket for datagrams refuses a stream in another way than one that nobody has. */
async function isListenedOn(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    return codeOf(error) !== 'ECONNREFUSED'
  } finally {
    socket.destroy()
  }
}
