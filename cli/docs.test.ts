import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { parseCall } from './command.ts'
import { parseConfig } from './config.ts'
import { commands } from './main.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const page = read('docs/store.md')
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text as string)
const calls = blocks('sh').flatMap(block => block.split('\n').filter(line => line !== ''))

/** Words of a line as a shell takes them, as far as the page needs it. */
const words = (line: string) =>
  [...line.replace(/\s+#.*$/, '').matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  )

describe('docs/store.md', () => {
  it.each(blocks('yaml'))('has an example that is a configuration: %s', block => {
    const config = parseConfig(block, { environment: {} })
    expect(config).toMatchObject(
      Object.fromEntries(Object.keys(parse(block) as object).map(key => [key, expect.anything()])),
    )
  })

  it('keeps lines as its rules say', () => {
    const { days, rules, maxBytes } = parseConfig(blocks('yaml')[0] ?? '', {}).retention
    expect([days, maxBytes, rules.map(rule => [rule.tenant, rule.match, rule.days])]).toEqual([
      30,
      200_000_000_000,
      [
        [undefined, '{level="debug"}', 3],
        [undefined, '{service="audit"}', 365],
        ['acme', '{}', 90],
        [undefined, '{service="shop"} |= "healthz"', 1],
      ],
    ])
  })

  it.each(calls)('calls a command as it is: %s', line => {
    const [program, first, second, ...rest] = words(line)
    expect(program).toBe('millrace')
    const command = commands.find(({ name }) => name === `${first} ${second}`)
    expect(command?.name).toBeDefined()
    if (command !== undefined) expect(parseCall(command, rest).help).toBe(false)
  })

  it('has every command of the store, and README has all commands', () => {
    const ours = commands.map(({ name }) => name).filter(name => /^store \w|dead-letters/.test(name))
    expect(ours.length).toBe(6)
    for (const name of ours) expect(page).toContain(`millrace ${name}`)
    const table = read('README.md')
    expect(commands.map(({ name }) => name).filter(name => !table.includes(`\`${name}\``))).toEqual([])
  })
})
