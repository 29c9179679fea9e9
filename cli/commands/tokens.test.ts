import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hashOf } from '../../query/access/token.ts'
import { parseCall } from '../command.ts'
import { tokenCommands } from './tokens.ts'

describe('millrace tokens', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-tokens-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const run = async (name: string, ...args: string[]) => {
    const command = tokenCommands.find(one => one.name === `tokens ${name}`)
    if (command === undefined) throw new Error(`no command ${name}`)
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    try {
      await command.run(parseCall(command, [...args, '--set', `dataDir=${folder}`]))
      return out.mock.calls.map(([text]) => String(text)).join('')
    } finally {
      out.mockRestore()
      err.mockRestore()
    }
  }
  const file = () => join(folder, 'query', 'tokens.json')

  it('are shown once and kept as a hash, for their owner alone', async () => {
    const secret = (await run('create', 'grafana')).trim()
    expect(secret).toMatch(/^millrace_[\w-]{43}$/)
    const kept = readFileSync(file(), 'utf8')
    expect(kept).not.toContain(secret)
    expect(kept).toContain(hashOf(secret))
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  it('are listed with what they allow', async () => {
    await run('create', 'ops', '--scopes', 'admin', '--tenants', 'acme, shop', '--expires', '90d')
    await run('create', 'plain')
    const [ops, plain] = (await run('list', '--json'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Record<string, unknown>)
    expect(ops).toMatchObject({ name: 'ops', scopes: ['admin'], tenants: ['acme', 'shop'], lastUsed: null })
    expect(Date.parse(String(ops?.['expires'])) - Date.parse(String(ops?.['created']))).toBe(90 * 86_400_000)
    expect(plain).toMatchObject({ name: 'plain', scopes: ['read'], tenants: ['default'], expires: null })
    expect(await run('list')).toMatch(/^id +name +scopes +tenants +created +expires +last used\n/)
  })

  it('are taken back by id or name, and all of them or none', async () => {
    await run('create', 'a')
    await run('create', 'b')
    await expect(run('revoke', 'a', 'nosuch')).rejects.toThrow('there is no token nosuch')
    expect((await run('list', '--json')).trim().split('\n')).toHaveLength(2)
    await run('revoke', 'a')
    expect(await run('list', '--json')).toContain('"name":"b"')
    expect(await run('list', '--json')).not.toContain('"name":"a"')
  })

  it.each([
    [['create', 'x', '--scopes', 'root'], "--scopes: found 'root', expected some of read, write, admin"],
    [['create', 'x', '--expires', 'soon'], "--expires: found 'soon'"],
    [['create'], 'NAME is missing'],
  ])('%j says what is wrong', async (args, message) => {
    const [name = '', ...rest] = args
    await expect(run(name, ...rest)).rejects.toThrow(message)
  })

  it('refuse a name that there is', async () => {
    await run('create', 'a')
    await expect(run('create', 'a')).rejects.toThrow('there is a token a already')
  })
})
