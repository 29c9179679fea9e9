import { OperatingError } from '../../lib/base/index.ts'
import { parseDurationSeconds } from '../../lib/logql/index.ts'
import type { Scope, Token } from '../../query/index.ts'
import { type Call, type Command, exitDone, usageError } from '../command.ts'
import { formatTable } from '../human.ts'
import { note, toJsonLine } from '../terminal/output.ts'

const create: Command = {
  name: 'tokens create',
  summary: 'makes a token for who may ask',
  positionals: ['NAME'],
  details: [
    'Prints the token, once: what is kept of it is a hash. It is sent as Authorization: Bearer TOKEN, or as the password of',
    'Basic with any user; commands take it from the environment, MILLRACE_TOKEN. It holds at once, without a restart. Scopes:',
    'read asks, write changes what is saved, admin may do both, delete lines, and see and end the queries of all tenants.',
  ].join('\n'),
  options: {
    scopes: { type: 'string', hint: 'LIST', description: 'read, write, admin', default: 'read' },
    tenants: {
      type: 'string',
      hint: 'LIST',
      description: "tenants it may ask about, or '*' for all (default: as configured)",
    },
    expires: { type: 'string', hint: '90d', description: 'after so long (default: never)' },
    json: { type: 'boolean', description: 'one JSON object' },
  },
  examples: [
    ['millrace tokens create grafana', 'a token that may read'],
    ['millrace tokens create ops --scopes admin --expires 90d', 'one that may do everything, for a while'],
    ["millrace tokens create audit --tenants 'acme,shop'", 'one for two tenants'],
  ],
  run: runCreate,
}

const list: Command = {
  name: 'tokens list',
  summary: 'tokens with what they allow, and when they were last used',
  options: { json: { type: 'boolean', description: 'one token a line' } },
  examples: [['millrace tokens list', 'all tokens']],
  run: runList,
}

const revoke: Command = {
  name: 'tokens revoke',
  summary: 'takes a token back: it is refused from the next request on',
  positionals: ['ID...'],
  examples: [
    ['millrace tokens revoke 4f1c09ab', 'one token, by its id or its name'],
    ['millrace tokens revoke grafana ops', 'several'],
  ],
  run: runRevoke,
}

export const tokenCommands: readonly Command[] = [create, list, revoke]

async function runCreate(call: Call): Promise<number> {
  const { changeTokens, makeToken } = await import('../../query/index.ts')
  const config = await call.config()
  const nowMs = Date.now()
  const name = call.positionals[0] ?? ''
  const about = {
    name,
    scopes: await scopesOf(call),
    tenants: wordsOf(call, 'tenants') ?? [config.tenant],
    expiresMs: expiryOf(call, nowMs),
  }
  const { token, secret } = makeToken(about, nowMs)
  await changeTokens(config.dataDir, tokens => {
    if (tokens.some(one => one.name === name))
      throw new OperatingError(
        'TOKEN_EXISTS',
        `there is a token ${name} already: revoke it, or take another name`,
      )
    return [...tokens, token]
  })
  if (call.flag('json')) process.stdout.write(`${toJsonLine({ ...shown(token), token: secret })}\n`)
  else {
    process.stdout.write(`${secret}\n`)
    process.stderr.write(`millrace: token ${token.id} (${name}): keep it, it is shown only now\n`)
    if (config.query.auth !== 'token')
      process.stderr.write('millrace: nobody is asked for it yet: set query.auth: token\n')
  }
  return exitDone
}

async function scopesOf(call: Call): Promise<Scope[]> {
  const { scopes } = await import('../../query/index.ts')
  const asked = wordsOf(call, 'scopes') ?? []
  const wrong = asked.find(word => !scopes.some(scope => scope === word))
  if (wrong !== undefined || asked.length === 0)
    throw usageError(`--scopes: found '${wrong ?? ''}', expected some of ${scopes.join(', ')}`)
  return scopes.filter(scope => asked.includes(scope))
}

function expiryOf(call: Call, nowMs: number): number | null {
  const text = call.text('expires')
  if (text === undefined) return null
  const seconds = parseDurationSeconds(text)
  if (seconds === undefined || seconds <= 0)
    throw usageError(`--expires: found '${text}', expected a duration as in 90d`)
  return nowMs + Math.round(seconds * 1000)
}

function wordsOf(call: Call, name: string): string[] | undefined {
  const words = (call.text(name) ?? '').split(',').map(word => word.trim())
  const found = [...new Set(words)].filter(word => word !== '')
  return found.length === 0 ? undefined : found
}

async function runList(call: Call): Promise<number> {
  const { readTokenUse, TokenFile } = await import('../../query/index.ts')
  const { dataDir } = await call.config()
  const tokens = await new TokenFile(dataDir).all()
  const used = await readTokenUse(dataDir)
  const rows = tokens.map(token => ({ ...shown(token), lastUsed: timeText(used.get(token.id) ?? null) }))
  if (call.flag('json')) for (const row of rows) process.stdout.write(`${toJsonLine(row)}\n`)
  else if (rows.length === 0) note('there are no tokens: millrace tokens create NAME makes one')
  else {
    const cells = rows.map(({ scopes, tenants, ...row }) => [
      row.id,
      row.name,
      scopes.join(','),
      tenants.join(','),
      row.created,
      row.expires ?? 'never',
      row.lastUsed ?? 'never',
    ])
    const head = ['id', 'name', 'scopes', 'tenants', 'created', 'expires', 'last used']
    process.stdout.write(formatTable(head, cells))
  }
  return exitDone
}

async function runRevoke(call: Call): Promise<number> {
  const { changeTokens } = await import('../../query/index.ts')
  const { dataDir } = await call.config()
  const revoked = new Set<string>()
  await changeTokens(dataDir, tokens => {
    const meant = ({ id, name }: Token) => call.positionals.find(word => word === id || word === name)
    for (const token of tokens) revoked.add(meant(token) ?? '')
    const missing = call.positionals.find(word => !revoked.has(word))
    if (missing !== undefined)
      throw new OperatingError('NOT_SO', `there is no token ${missing}: see millrace tokens list`)
    return tokens.filter(token => meant(token) === undefined)
  })
  process.stdout.write(`revoked ${call.positionals.join(', ')}\n`)
  return exitDone
}

function shown({ id, name, scopes, tenants, createdMs, expiresMs }: Token) {
  return { id, name, scopes, tenants, created: timeText(createdMs), expires: timeText(expiresMs) }
}

function timeText(ms: number): string
function timeText(ms: number | null): string | null
function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
