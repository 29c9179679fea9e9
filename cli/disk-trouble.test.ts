import { describe, expect, it } from 'vitest'
import { OperatingError } from '../lib/base/index.ts'
import { inWords } from './disk-trouble.ts'

describe('what the disk refuses', () => {
  it.each([
    ['ENOSPC', /^cannot work in \/data \(ENOSPC\): the disk is full: make room on it, then start again$/],
    ['EROFS', /read-only: mount it for writing/],
    ['EIO', /mend it/],
  ])('is said with the folder and the remedy: %s', (code, message) => {
    const error = inWords(Object.assign(new Error('write'), { code }), '/data') as OperatingError
    expect([error.code, error.message]).toEqual(['DISK_UNUSABLE', expect.stringMatching(message)])
  })

  it('anything else stays as it is', () => {
    const known = new OperatingError('FOLDER_LOCKED', 'in use')
    const bug = new TypeError('x is undefined')
    expect([inWords(known, '/data'), inWords(bug, '/data')]).toEqual([known, bug])
  })
})
