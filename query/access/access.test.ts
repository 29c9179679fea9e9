import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../cli/config.ts'
import { FakeClock, memoryLogger } from '../../lib/base/index.ts'
import { type AdmissionRequest, admit } from './admission.ts'
import { AuditLog } from './audit.ts'
import { checkAuth, isAudited } from './check.ts'
import { limitsOf } from './limits.ts'
import { isOpen, scopeFor } from './paths.ts'
import { RunningRequests } from './running.ts'
import { TenantGates } from './tenant-gates.ts'
import { makeToken, type Scope, type Token } from './token.ts'
import { changeTokens, TokenFile } from './token-file.ts'
import { readTokenUse, TokenUse } from './token-use.ts'

const nowMs = 1_000_000
const tokenFor = (tenants: string[], scopes: Scope[] = ['read'], expiresMs: number | null = null): Token =>
  makeToken({ name: 't', tenants, scopes, expiresMs }, nowMs).token
const asks = (more: Partial<AdmissionRequest>): AdmissionRequest => ({
  auth: 'token',
  tenant: 'default',
  isTokenShown: more.token !== undefined,
  token: undefined,
  wantedTenant: undefined,
  scope: 'read',
  nowMs,
  ...more,
})

describe('admission', () => {
  it('takes everybody for the one tenant where no tokens are asked for, whatever header is sent', () => {
    expect(admit(asks({ auth: 'none', wantedTenant: 'acme' })).tenant).toBe('default')
  })

  it.each([
    [['acme'], undefined, 'acme'],
    [['acme'], 'acme', 'acme'],
    [['acme', 'default'], undefined, 'default'],
    [['acme', 'shop'], 'shop', 'shop'],
    [['*'], undefined, 'default'],
    [['*'], 'anybody', 'anybody'],
  ])('gives a token of %j that wants %s the tenant %s', (tenants, wantedTenant, tenant) => {
    expect(admit(asks({ token: tokenFor(tenants), wantedTenant })).tenant).toBe(tenant)
  })

  it.each([
    [{}, 'TOKEN_MISSING'],
    [{ isTokenShown: true }, 'TOKEN_INVALID'],
    [{ token: tokenFor(['acme'], ['read'], nowMs) }, 'TOKEN_INVALID'],
    [{ token: tokenFor(['acme']), wantedTenant: 'shop' }, 'TENANT_FORBIDDEN'],
    [{ token: tokenFor(['acme']), wantedTenant: 'acme|shop' }, 'TENANT_FORBIDDEN'],
    [{ token: tokenFor(['*']), wantedTenant: '*' }, 'TENANT_FORBIDDEN'],
    [{ token: tokenFor(['acme', 'shop']) }, 'TENANT_MISSING'],
    [{ token: tokenFor(['acme'], ['write']) }, 'SCOPE_MISSING'],
    [{ token: tokenFor(['acme']), scope: 'admin' as const }, 'SCOPE_MISSING'],
  ])('refuses %j: %s', (more, code) => {
    expect(() => admit(asks(more))).toThrow(expect.objectContaining({ code }))
  })

  it('lets an admin do everything', () => {
    const token = tokenFor(['acme'], ['admin'])
    for (const scope of ['read', 'write', 'admin'] as const)
      expect(admit(asks({ token, scope })).token).toBe(token)
  })

  it('asks for a scope by what a request does', () => {
    expect(scopeFor('GET', '/api/logs')).toBe('read')
    expect(scopeFor('POST', '/loki/api/v1/series')).toBe('read')
    expect(scopeFor('POST', '/loki/api/v1/delete')).toBe('admin')
    expect(scopeFor('GET', '/loki/api/v1/delete')).toBe('read')
    expect(scopeFor('DELETE', '/api/queries/1')).toBe('read')
    expect(scopeFor('PUT', '/api/anything/new')).toBe('write')
    expect(['/', '/explore', '/assets/x.js', '/readyz', '/loki/ready'].every(isOpen)).toBe(true)
    expect(['/api', '/api/logs', '/loki/api/v1/labels', '/loki', '/tempo/api/x'].some(isOpen)).toBe(false)
  })
})

describe('the start', () => {
  const config = (query: object) => parseConfig(JSON.stringify({ query }), {})

  it('is refused on an address of other machines, unless somebody said who may ask', () => {
    expect(() => checkAuth(config({}))).not.toThrow()
    expect(() => checkAuth(config({ listen: '0.0.0.0:4300' }))).toThrow(
      /query\.listen 0\.0\.0\.0:4300 can be reached from other machines.*query\.auth: token.*query\.auth: none/s,
    )
    expect(() => checkAuth(config({ listen: '0.0.0.0:4300', auth: 'none' }))).not.toThrow()
    expect(() => checkAuth(config({ listen: '[::]:4300', auth: 'token' }))).not.toThrow()
  })

  it('writes requests down where tokens or other machines are', () => {
    expect(isAudited(config({}))).toBe(false)
    expect(isAudited(config({ auth: 'token' }))).toBe(true)
    expect(isAudited(config({ listen: '0.0.0.0:1', auth: 'none' }))).toBe(true)
    expect(isAudited(config({ auth: 'token', audit: false }))).toBe(false)
  })

  it('has limits for all tenants and for some', () => {
    const { limits } = config({ limits: { lines: 100, tenants: { acme: { rowsRead: 7 } } } }).query
    expect(limitsOf(limits, 'acme')).toMatchObject({ lines: 100, rowsRead: 7, points: 11_000 })
    expect(limitsOf(limits, 'toString')).toMatchObject({ lines: 100, rowsRead: null })
    expect(() => config({ limits: { tenants: { acme: { nosuch: 7 } } } })).toThrow('nosuch')
  })
})

describe('files of access', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millrace-access-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('tokens are read again when they change, whoever changed them', async () => {
    const file = new TokenFile(folder)
    const { token, secret } = makeToken({ name: 'a', scopes: ['read'], tenants: ['x'], expiresMs: null }, 1)
    expect(await file.find(secret)).toBeUndefined()
    await changeTokens(folder, tokens => [...tokens, token])
    expect(await file.find(secret)).toEqual(token)
    expect(await file.find(`${secret}x`)).toBeUndefined()
    await changeTokens(folder, () => [])
    expect(await file.find(secret)).toBeUndefined()
  })

  it('a file that cannot be read admits nobody', async () => {
    await changeTokens(folder, () => [tokenFor(['x'])])
    writeFileSync(join(folder, 'query', 'tokens.json'), '{"version":1,"tokens":[{}]}')
    await expect(new TokenFile(folder).find('x')).rejects.toThrow('it is not as millrace writes it')
  })

  it('the last use of tokens is kept', async () => {
    const clock = new FakeClock(nowMs)
    const use = new TokenUse(folder, clock, memoryLogger().logger)
    use.note('a')
    use.note('b')
    await use.close()
    expect([...(await readTokenUse(folder))]).toEqual([
      ['a', nowMs],
      ['b', nowMs],
    ])
  })

  it('the audit log goes over to another file when it is full, and keeps a few', async () => {
    const log = new AuditLog(folder, memoryLogger().logger, { maxBytes: 500, keptFiles: 2 })
    const entry = {
      time: '',
      tokenId: '',
      token: 'grafana',
      tenant: 'acme',
      address: '',
      method: 'GET',
      path: '/api/logs',
      parameters: '',
      status: 200,
      ms: 1,
      rows: 0,
      bytes: 0,
    }
    for (let i = 0; i < 20; i++) {
      log.write({ ...entry, parameters: `query=${i}` })
      await log.close()
    }
    const files = readdirSync(join(folder, 'query')).sort()
    expect(files).toEqual(['audit.log', 'audit.log.1', 'audit.log.2'])
    const path = join(folder, 'query', 'audit.log')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const last = readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? ''
    expect(JSON.parse(last)).toMatchObject({ token: 'grafana', parameters: 'query=19' })
    for (const name of files) expect(statSync(join(folder, 'query', name)).size).toBeLessThan(800)
  })
})

describe('what runs', () => {
  const about = { id: '1', tenant: 'acme', token: '', method: 'GET', path: '/', query: '', startedMs: 0 }

  it('is listed while the store is asked, and ended by who may', () => {
    const running = new RunningRequests()
    const request = running.open(about)
    expect(running.list('acme')).toEqual([])
    const end = request.begin('q')
    expect(running.list('acme')).toEqual([request])
    expect(running.list('shop')).toEqual([])
    expect(running.end('1', 'shop', 'x')).toBe(false)
    expect(request.signal.aborted).toBe(false)
    expect(running.end('1', undefined, 'ann')).toBe(true)
    expect(request.signal.reason).toMatchObject({
      code: 'QUERY_KILLED',
      message: expect.stringContaining('ann'),
    })
    end({ rows: 5, bytes: 6 })
    expect(running.list(undefined)).toEqual([])
    expect(request.cost).toEqual({ rows: 5, bytes: 6 })
  })

  it('is so much of one tenant, and keeps no other waiting', async () => {
    const gates = new TenantGates()
    const limits = {
      ...limitsOf(parseConfig('{}', {}).query.limits, 'a'),
      concurrentQueries: 1,
      waitingQueries: 1,
    }
    const { signal } = new AbortController()
    const leave = await gates.enter('a', limits, signal)
    const waiting = gates.enter('a', limits, signal)
    await expect(gates.enter('a', limits, signal)).rejects.toThrow(
      '1 queries of this tenant are waiting already',
    )
    const other = await gates.enter('b', limits, signal)
    leave()
    const second = await waiting
    second()
    other()
    expect(gates.size).toBe(0)
  })
})
