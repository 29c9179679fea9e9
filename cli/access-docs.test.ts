import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { isOpen } from '../query/access/paths.ts'
import { parseCall } from './command.ts'
import { parseConfig } from './config.ts'
import { commands } from './main.ts'

const page = readFileSync(new URL('../docs/access.md', import.meta.url), 'utf8')
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text as string)
/** Words of a line as a shell takes them, as far as the page needs it. */
const words = (line: string) =>
  [...line.replace(/\s+#.*$/, '').matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  )

describe('docs/access.md', () => {
  it.each(blocks('yaml'))('has an example that is a configuration: %s', block => {
    const { query } = parseConfig(block, { environment: {} })
    expect(query).toMatchObject((parse(block) as { query: object }).query)
  })

  it('has the limits as they are by default', () => {
    const shownLimits = blocks('yaml').find(block => block.includes('limits:'))
    const { limits } = parseConfig(shownLimits ?? '', {}).query
    const usual = parseConfig('', {}).query.limits
    const { tenants: _, rowsRead, bytesRead, ...shown } = limits
    expect(usual).toMatchObject(shown)
    expect([usual.rowsRead, usual.bytesRead, rowsRead, bytesRead]).toEqual([null, null, 5e8, 5e10])
  })

  it.each(blocks('sh').flatMap(block => block.split('\n').filter(line => line !== '')))(
    'calls a command as it is: %s',
    line => {
      const [program, first, second, ...rest] = words(line)
      expect(program).toBe('millrace')
      const ofTwo = commands.find(({ name }) => name === `${first} ${second}`)
      const command = ofTwo ?? commands.find(({ name }) => name === first)
      if (command === undefined) throw new Error(`no command ${first} ${second}`)
      expect(parseCall(command, ofTwo === undefined ? [second ?? '', ...rest] : rest).help).toBe(false)
    },
  )

  it('names every path that is open', () => {
    const named = [...page.matchAll(/`(\/[^\s`]+)`/g)].map(([, path]) => path as string)
    expect(named.filter(isOpen)).toEqual(
      expect.arrayContaining(['/healthz', '/readyz', '/ready', '/loki/ready', '/api/login', '/api/session']),
    )
  })
})
