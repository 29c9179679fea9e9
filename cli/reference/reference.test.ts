import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseCall } from '../command.ts'
import { commands } from '../main.ts'
import { completionScript } from './completion.ts'
import { markdownPage } from './markdown.ts'
import { manPage } from './roff.ts'
import { shellWords } from './testing/shell-words.ts'

const calls = commands.flatMap(command => command.examples.map(([line]) => [command.name, line] as const))

/** What a bash with the completion offers for a line whose last word is being written. */
function offers(line: string): string[] {
  const words = line.split(' ')
  const script = `${completionScript('bash', commands)}
COMP_WORDS=(${words.map(word => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _millrace; printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n')
}

describe('every command', () => {
  it('has examples', () => {
    expect(commands.filter(({ examples }) => examples.length === 0)).toEqual([])
  })

  it.each(calls)('%s has an example that is right: %s', (name, line) => {
    const [program, ...words] = shellWords(line)
    expect(program).toBe('millrace')
    expect(words.join(' ').startsWith(name)).toBe(true)
    const command = commands.find(one => one.name === name)
    if (command !== undefined)
      expect(parseCall(command, words.slice(name.split(' ').length)).help).toBe(false)
  })

  it('stands in docs/command-line.md, which is made of them', () => {
    const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8')
    expect(page).toBe(markdownPage(commands))
  })
})

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'] as const)('is a script that %s takes', shell => {
    const path = ['/bin', '/usr/bin'].map(folder => `${folder}/${shell}`).find(existsSync)
    const script = completionScript(shell, commands)
    expect(script).toContain('topics')
    if (path === undefined) return
    const file = join(mkdtempSync(join(tmpdir(), 'millrace-script-')), shell)
    writeFileSync(file, script)
    execFileSync(path, ['-n', file])
  })

  it('offers commands, what belongs to them, options and their values', () => {
    expect(offers('millrace topi')).toEqual(['topics'])
    expect(offers('millrace topics c')).toEqual(['create'])
    expect(offers('millrace topics create --part')).toEqual(['--partitions'])
    expect(offers('millrace logs --si')).toEqual(['--since'])
    expect(offers('millrace logs --output j')).toEqual(['json'])
    expect(offers('millrace logs -o j')).toEqual(['json'])
    // each command has its own
    expect(offers('millrace logs --output ')).toEqual(['text', 'json', 'csv', 'logfmt', 'raw'])
    expect(offers('millrace agent spool ver')).toEqual(['verify'])
    expect(offers('millrace rules ')).toEqual(['check', 'test'])
    expect(offers('millrace completion z')).toEqual(['zsh'])
  })
})

const shellAt = (name: string) => ['/bin', '/usr/bin'].map(folder => `${folder}/${name}`).find(existsSync)
const [zsh, fish] = [shellAt('zsh'), shellAt('fish')]

// the shells come from the distribution: apt-get install zsh fish
describe('completion in the shell itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-completion-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.skipIf(zsh === undefined)(
    'is what zsh makes of a Tab (skipped where there is no zsh)',
    () => {
      writeFileSync(join(folder, '_millrace'), completionScript('zsh', commands))
      const script = join(import.meta.dirname, 'testing/complete.zsh')
      const lines = [
        ['millrace topi', 'millrace topics '],
        ['millrace topics cr', 'millrace topics create '],
        ['millrace topics create --partit', 'millrace topics create --partitions '],
        ['millrace logs --output js', 'millrace logs --output json '],
        ['millrace logs --tok', 'millrace logs --token '],
        ['millrace groups res', 'millrace groups reset '],
        ['millrace agent spool ver', 'millrace agent spool verify '],
        ['millrace rules te', 'millrace rules test '],
      ] as const
      const typed = lines.map(([line]) => line)
      const found = execFileSync(zsh ?? '', ['-f', script, folder, ...typed], {
        encoding: 'utf8',
        timeout: 60_000,
      })
      expect(
        found
          .trimEnd()
          .split('\n')
          .map(line => `${line.trimEnd()} `),
      ).toEqual(lines.map(([, made]) => made))
    },
    70_000,
  )

  it.skipIf(fish === undefined)(
    'is what fish offers (skipped where there is no fish)',
    () => {
      const file = join(folder, 'millrace.fish')
      writeFileSync(file, completionScript('fish', commands))
      const offered = (line: string) =>
        execFileSync(fish ?? '', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
          encoding: 'utf8',
          env: { ...process.env, HOME: folder },
        })
          .trim()
          .split('\n')
          .map(one => one.split('\t')[0])
      expect(offered('millrace topi')).toEqual(['topics'])
      expect(offered('millrace groups ')).toEqual(['delete', 'reset'])
      expect(offered('millrace topics create --part')).toEqual(['--partitions'])
      expect(offered('millrace logs --output j')).toEqual(['json'])
      expect(offered('millrace agent spool ')).toEqual(['list', 'repair', 'replay', 'show', 'verify'])
    },
    30_000,
  )
})

describe('the manual page', () => {
  it('has every command, and nothing that the formatter would stumble over', () => {
    const page = manPage(commands, '1.2.3')
    for (const { name } of commands) expect(page).toContain(`.SS millrace ${name.replaceAll('-', '\\-')}`)
    const groff = ['/usr/bin/mandoc', '/usr/bin/groff'].find(existsSync)
    if (groff === undefined) return
    const lint = groff.endsWith('mandoc') ? ['-Tlint', '-Werror'] : ['-man', '-Tutf8', '-ww']
    execFileSync(groff, lint, { input: page })
  })
})
