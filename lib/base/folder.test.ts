import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ensureFolder, lockFolder } from './folder.ts'

let base: string

describe('a data folder', () => {
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'millrace-folder-'))
  })
  afterAll(() => rm(base, { recursive: true, force: true }))

  it('is made with its parents, once or twice', async () => {
    await ensureFolder(join(base, 'a/b/c'))
    await ensureFolder(join(base, 'a/b/c'))
    await writeFile(join(base, 'a/b/c/file'), 'x')
  })

  it.each([
    ['below a file', 'a/b/c/file/deeper', 'ENOTDIR'],
    ['below a folder that refuses', '/proc/nowhere/deeper', 'ENOENT'],
  ])('is refused by name %s', async (_, path, why) => {
    await writeFile(join(base, 'file'), '')
    const refused = ensureFolder(path.startsWith('/') ? path : join(base, path), 'dataDir')
    await expect(refused).rejects.toMatchObject({
      code: 'FOLDER_UNWRITABLE',
      message: expect.stringContaining(why) as string,
    })
  })

  it('belongs to one process at a time, and a lock left by a dead one is taken over', async () => {
    const unlock = await lockFolder(base)
    await expect(lockFolder(base)).rejects.toMatchObject({ code: 'FOLDER_LOCKED' })
    await unlock()
    await writeFile(join(base, 'lock'), `${process.pid} 1`)
    const again = await lockFolder(base)
    expect(await readFile(join(base, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
    await again()
  })
})
