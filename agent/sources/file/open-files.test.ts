import { closeSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
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

afterEach(() => {
  for (const file of open) if (file.fd !== undefined) closeSync(file.fd)
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

function use(files: OpenFiles, one: TrackedFile): void {
  expect(files.take(one)).toBe(true)
  files.giveBack(one)
}

describe('OpenFiles', () => {
  it('closes what was unused for longest, and opens it again', () => {
    const files = new OpenFiles(2)
    const [a, b, c] = [file('a'), file('b'), file('c')]
    for (const one of [a, b, a, c]) use(files, one)
    expect([a, b, c].map(one => one.fd !== undefined)).toEqual([true, false, true])
    use(files, b)
    expect([a, b, c].map(one => one.fd !== undefined)).toEqual([false, true, true])
  })

  it('closes nothing that is being read', () => {
    const files = new OpenFiles(1)
    const [a, b] = [file('a'), file('b')]
    files.take(a)
    use(files, b)
    expect(a.fd).toBeDefined()
    expect(files.count).toBe(2)
  })

  it('keeps what has no path any more, even when all else is let go', () => {
    const files = new OpenFiles(1)
    const [a, b] = [file('a'), file('b')]
    use(files, a)
    a.path = undefined
    use(files, b)
    files.closeIdle()
    expect([a, b].map(one => one.fd !== undefined)).toEqual([true, false])
  })
})
