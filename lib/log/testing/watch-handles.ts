import { type FileHandle, open } from 'node:fs/promises'

/** Told of what handles do. */
export interface Watcher {
  wrote(fd: number, bytes: Buffer, position: number): void
  /** Answers what to do once it is synced. */
  syncing(fd: number): () => void
  truncated(fd: number, length: number): void
}

type Method = (this: FileHandle, ...args: never[]) => Promise<unknown>

/** Stands between the handles of `node:fs/promises` and their users; `path` is anything that can be opened. Answers how to end it. */
export async function watchHandles(path: string, watcher: Watcher): Promise<() => void> {
  const handle = await open(path, 'r')
  const prototype = Object.getPrototypeOf(handle) as Record<string, Method>
  await handle.close()
  const before = { ...ownMethods(prototype) }
  Object.assign(prototype, watchedMethods(before, watcher))
  return () => void Object.assign(prototype, before)
}

function ownMethods({ write, writeFile, datasync, sync, truncate }: Record<string, Method>) {
  return { write, writeFile, datasync, sync, truncate } as Record<string, Method>
}

function watchedMethods(before: Record<string, Method>, watcher: Watcher): Record<string, Method> {
  const call = (name: string, handle: FileHandle, args: unknown[]) =>
    (before[name] as Method).apply(handle, args as never[])
  const syncing = (name: string) =>
    async function (this: FileHandle): Promise<void> {
      const done = watcher.syncing(this.fd)
      await call(name, this, [])
      done()
    }
  return {
    async write(this: FileHandle, bytes: Buffer, offset: number, length: number, position: number) {
      const result = (await call('write', this, [bytes, offset, length, position])) as {
        bytesWritten: number
      }
      watcher.wrote(this.fd, bytes.subarray(offset, offset + result.bytesWritten), position)
      return result
    },
    async writeFile(this: FileHandle, content: string | Uint8Array) {
      await call('writeFile', this, [content])
      watcher.wrote(this.fd, Buffer.from(content), 0)
    },
    datasync: syncing('datasync'),
    sync: syncing('sync'),
    async truncate(this: FileHandle, length: number) {
      await call('truncate', this, [length])
      watcher.truncated(this.fd, length)
    },
  }
}
