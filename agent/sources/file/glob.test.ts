import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { FakeClock, memoryLogger, OnceAMinute } from '../../../lib/base/index.ts'
import { inTemporaryFolder } from '../../testing/temporary-folder.ts'
import { Discovery } from './discovery.ts'
import { Glob, globProblem } from './glob.ts'

const files = [
  'app.log',
  'app.log.1',
  'b.txt',
  '.hidden.log',
  'sub/app.log',
  'sub/deep/er/x.log',
  'sub/.git/y.log',
]

test.each([
  [['*.log'], [], ['app.log']],
  [['**/*.log'], [], ['app.log', 'sub/app.log', 'sub/deep/er/x.log']],
  [['**/*.log'], ['**/deep/**'], ['app.log', 'sub/app.log']],
  [['sub/*/*/x.log'], [], ['sub/deep/er/x.log']],
  [['{app.log*,b.*}'], ['*.1'], ['app.log', 'b.txt']],
  [['[ab]*.???'], [], ['app.log', 'b.txt']],
  [['.hidden.log', 'missing.log', 'missing/*'], [], ['.hidden.log']],
  [['sub/app.log', 'sub/*.log'], [], ['sub/app.log']],
  [['sub/**'], [], ['sub/app.log', 'sub/circle', 'sub/deep/er/x.log']],
])('%j without %j', async (include, exclude, expected) => {
  await inTemporaryFolder(async folder => {
    for (const file of files) {
      await mkdir(join(folder, file, '..'), { recursive: true })
      await writeFile(join(folder, file), '')
    }
    await symlink(folder, join(folder, 'sub', 'circle'))
    const inside = (pattern: string): string => join(folder, pattern)
    const glob = new Glob(include.map(inside), exclude.map(inside))
    const clock = new FakeClock()
    const { logger } = memoryLogger()
    const discovery = new Discovery({ glob, clock, logger, troubles: new OnceAMinute(logger, clock) })
    const found = [...discovery.list().paths]
    expect(found.every(path => glob.matches(path))).toBe(true)
    expect(glob.matches(join(folder, 'other'))).toBe(false)
    expect(found.map(path => relative(folder, path)).sort()).toEqual(expected)
  })
})

test.each([
  ['/var/log/[a', 'a [ that is not closed: write [[] for the sign itself'],
  ['/var/log/{a,b', 'braces that do not match'],
  ['/var/log/[z-a].log', 'a range in brackets that goes backwards'],
  ['/var/log/[[]{a,b}[!c-e]*.log', undefined],
])('of %s it is said: %s', (pattern, problem) => {
  expect(globProblem(pattern)).toBe(problem)
})

test('what the agent writes itself is not found', () => {
  const glob = new Glob(['/data/**/*.log'], [], ['/data/millrace'])
  expect(
    ['/data/a.log', '/data/millrace/agent/spool/logs/0.log', '/data/millrace2/a.log'].map(path =>
      glob.matches(path),
    ),
  ).toEqual([true, false, true])
})
