import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listenUnix } from './unix-socket.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-unix-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('may be written to by every program, and takes the place of one that nobody listens on any more', async () => {
  const path = join(folder, 'log')
  const killed = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', killed])
  expect(statSync(path).isSocket()).toBe(true)
  const server = createServer()
  expect(await listenUnix(server, path, 'unix')).toBe(path)
  expect(statSync(path).mode & 0o777).toBe(0o666)
  server.close()
  await once(server, 'close')
})

test('leaves what is in use, a file, and a link as they are', async () => {
  const [used, file, link] = [join(folder, 'used'), join(folder, 'app.log'), join(folder, 'link')]
  const other = createServer().listen(used)
  await once(other, 'listening')
  writeFileSync(file, 'lines of somebody')
  symlinkSync(used, link)
  const attempt = async (path: string) => await listenUnix(createServer(), path, 'agent.sources[0].unix')
  await expect(attempt(used)).rejects.toThrow(`${used} is already in use: stop the other program`)
  await expect(attempt(file)).rejects.toThrow(`${file} is there and is no socket: set agent.sources[0].unix`)
  await expect(attempt(link)).rejects.toThrow(`${link} is there and is no socket`)
  await expect(attempt(join(folder, 'no/such'))).rejects.toThrow('cannot listen on')
  expect(readFileSync(file, 'utf8')).toBe('lines of somebody')
  other.close()
  await once(other, 'close')
})
