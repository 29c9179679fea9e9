import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { runCommandLine } from './command-line.ts'
import { commands } from './main.ts'
import { otherCommands } from './other-tools.ts'

describe('the beginning of several commands', () => {
  let [out, complaints] = ['', '']
  beforeEach(() => {
    ;[out, complaints] = ['', '']
    vi.spyOn(process.stdout, 'write').mockImplementation(text => {
      out += String(text)
      return true
    })
    vi.spyOn(process.stderr, 'write').mockImplementation(text => {
      complaints += String(text)
      return true
    })
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it.each([
    [['config'], 'millrace: millrace config takes one of check: see millrace config --help\n'],
    [['tokens', 'lst'], "millrace: unknown command 'tokens lst', did you mean tokens list?\n"],
    [
      ['tokens', '--json'],
      'millrace: millrace tokens takes one of create, list, revoke: see millrace tokens --help\n',
    ],
    [['lgs'], "millrace: unknown command 'lgs', did you mean logs?: see millrace --help\n"],
    [['tail'], "millrace: unknown command 'tail', that is millrace logs --follow: see millrace --help\n"],
    [['constructor'], "millrace: unknown command 'constructor': see millrace --help\n"],
  ])('names what belongs to it: %j', async (args, message) => {
    expect(await runCommandLine(commands, args)).toBe(2)
    expect(complaints).toBe(message)
  })

  it('leads from the words of other tools to commands and options that there are', async () => {
    for (const [word, meant] of Object.entries(otherCommands)) {
      expect(commands.map(({ name }) => name.split(' ')[0])).not.toContain(word)
      const options = meant.split(' ').filter(part => part.startsWith('--'))
      const name = meant.split(' --')[0] ?? ''
      expect(await runCommandLine(commands, [...name.split(' '), '--help'])).toBe(0)
      for (const option of options) expect(out).toContain(`${option} `)
    }
  })

  it.each([
    [['logs', '--tail'], 'unknown option --tail, here it is --follow, or --limit for the last lines'],
    [['logs', '-n', '5'], 'unknown option -n, here it is --limit'],
    [['topics', 'read', 'orders', '--from-beginning'], 'here it is --from earliest'],
    [['topics', '--bootstrap-server', 'a:1'], 'here it is --set kafka.brokers=[HOST:PORT]'],
    // where it has none of its own, nothing is said of it
    [['labels', '--tail'], 'unknown option --tail: see'],
    [
      ['topics', 'alter', 'orders', '--config', 'retention.ms=1'],
      "--config names a file, found 'retention.ms=1': values are set with --topic-config retention.ms=1",
    ],
    [['logs', '--config', 'a.b=1'], 'values are set with --set a.b=1'],
    [['logs', '--limit', '-5'], "--limit: found '-5', expected a number of at least 0"],
    [
      ['logs', '--limit', '-n'],
      '--limit: it has no value, or one that begins with a dash, which is written --limit=-…',
    ],
    [['logs', '-o', '--json'], '--output: it has no value'],
    [['logs', '--start', '1h', '--end', '2h'], '--start 1h is not before --end 2h'],
  ])('names what an option of another tool is called: %j', async (args, message) => {
    expect(await runCommandLine(commands, args)).toBe(2)
    expect(complaints).toContain(message)
  })

  it('has a help of its own, and that of a command names those below it', async () => {
    expect(await runCommandLine(commands, ['tokens', '--help'])).toBe(0)
    expect(out).toContain('usage: millrace tokens COMMAND')
    out = ''
    expect(await runCommandLine(commands, ['help', 'topics'])).toBe(0)
    expect(out).toMatch(/more commands:\n {2}topics create/)
  })

  it('shows no order for the terminal in what somebody typed', async () => {
    expect(await runCommandLine(commands, ['\u001b[2J'])).toBe(2)
    expect(complaints).toContain("unknown command '\\x1b[2J'")
  })
})
