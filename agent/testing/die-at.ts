import fs, { promises } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'

/**
 * To be loaded before a program (`node --import`): kills it by SIGKILL at the Nth thing that it is about to do which stays
 * behind when it is gone: a write to a file (of which half is done), a sync, a truncation, a rename, a removal, a new
 * folder, bytes to a socket. N is `MILLRACE_DIE_AT`.
 */
const at = Number(process.env['MILLRACE_DIE_AT'])
let steps = 0

type Call = (...args: never[]) => unknown

function step(tear?: () => void): void {
  if (++steps !== at) return
  tear?.()
  process.kill(process.pid, 'SIGKILL')
}

/** Stands before a method; `tear` leaves half of it done. */
function before(owner: object, name: string, tear?: (...args: never[]) => void): void {
  const methods = owner as Record<string, Call>
  const original = methods[name] as Call
  methods[name] = function (this: unknown, ...args: never[]): unknown {
    step(tear === undefined ? undefined : () => tear(...args))
    return original.apply(this, args)
  }
}

const { writeSync } = fs

function tearBuffers(fd: number, buffers: readonly Buffer[], position: number): void {
  const bytes = Buffer.concat(buffers)
  writeSync(fd, bytes, 0, bytes.length >> 1, position)
}

before(fs, 'writev', tearBuffers)
before(fs, 'writevSync', tearBuffers)
for (const name of ['fdatasync', 'fsync', 'ftruncate']) before(fs, name)
for (const name of ['rename', 'rm', 'mkdir', 'writeFile', 'appendFile']) before(promises, name)
before(Socket.prototype, 'write')

// methods of open files, whose class Node does not name
const file = await promises.open(process.execPath, 'r')
const handle = Object.getPrototypeOf(file) as object
await file.close()
for (const name of ['writeFile', 'datasync', 'sync', 'truncate']) before(handle, name)
syncBuiltinESMExports()
