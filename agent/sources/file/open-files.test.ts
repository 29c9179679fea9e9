import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OpenFiles } from './open-files.ts'
import { TrackedFile } from './tracked-file.ts'

let dir: string
let open: TrackedFile[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'millrace-open-'))
  open = []
})

afterEach(async () => {
  for (const file of open) await file.handle?.close()
  rmSync(dir, { recursive: true })
})

function file(name: string): TrackedFile {
  const path = join(dir, name)
  writeFileSync(path, 'a line\n')
  const { dev, ino, birthtimeNs } = statSync(path, { bigint: true })
  const identity = { device: String(dev), inode: String(ino), birth: String(birthtimeNs), target: '' }
  const place = {
    offset: 0,
    headLength: 0,
    headSum: 0,
    tailSum: 0,
    skipping: false,
    continuing: false,
    done: false,
  }
  const made = new TrackedFile({ source: path, generation: name, path, ...identity, ...place }, 0)
  open.push(made)
  return made
}

async function use(files: OpenFiles, one: TrackedFile): Promise<void> {
  expect(await files.take(one)).toBe(true)
  files.giveBack(one)
}

describe('OpenFiles', () => {
  it('closes what was unused for longest, and opens it again', async () => {
    const files = new OpenFiles(2)
    const [a, b, c] = [file('a'), file('b'), file('c')]
    for (const one of [a, b, a, c]) await use(files, one)
    expect([a, b, c].map(one => one.handle !== undefined)).toEqual([true, false, true])
    await use(files, b)
    expect([a, b, c].map(one => one.handle !== undefined)).toEqual([false, true, true])
  })

  it('closes nothing that is being read', async () => {
    const files = new OpenFiles(1)
    const [a, b] = [file('a'), file('b')]
    await files.take(a)
    await use(files, b)
    expect(a.handle).toBeDefined()
    expect(files.count).toBe(2)
  })

  it('keeps what has no path any more, even when all else is let go', async () => {
    const files = new OpenFiles(1)
    const [a, b] = [file('a'), file('b')]
    await use(files, a)
    a.path = undefined
    await use(files, b)
    await files.closeIdle()
    expect([a, b].map(one => one.handle !== undefined)).toEqual([true, false])
  })
})
