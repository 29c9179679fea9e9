import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen, OperatingError } from '../../lib/base/index.ts'
import type { Parameters } from '../http.ts'
import { mcpHttpServer } from './http.ts'
import { McpServer } from './server.ts'
import type { Ask } from './tool.ts'

const server = new McpServer('1.0.0')
const asked: [string, Parameters][] = []
const ask: Ask = <T>(path: string, parameters: Parameters) => {
  asked.push([path, parameters])
  if (parameters['query'] === '{') throw new OperatingError('QUERY_REFUSED', 'the query cannot be understood')
  const line = {
    timestamp: '1700000000000000000',
    level: 'error',
    service: 'web',
    host: 'h',
    message: 'x'.repeat(3000),
    attributes: {},
    traceId: '',
  }
  return Promise.resolve({ logs: [line], next: null, completeTo: null, missingHosts: [], warnings: [] } as T)
}
const call = async (method: string, params: object = {}) =>
  (await server.answer({ jsonrpc: '2.0', id: 1, method, params }, ask)) as Record<string, unknown>
const tool = async (name: string, given: object = {}) =>
  ((await call('tools/call', { name, arguments: given }))['result'] ?? {}) as {
    isError?: boolean
    content: { text: string }[]
    structuredContent: { lines: { message: string; time: string }[] }
  }

describe('the Model Context Protocol', () => {
  it('agrees on a version', async () => {
    const known = await call('initialize', {
      protocolVersion: '2025-03-26',
      capabilities: {},
      clientInfo: {},
    })
    expect(known['result']).toMatchObject({ protocolVersion: '2025-03-26', capabilities: { tools: {} } })
    expect((await call('initialize', { protocolVersion: '1999-01-01' }))['result']).toMatchObject({
      protocolVersion: '2025-11-25',
    })
    expect((await call('ping'))['result']).toEqual({})
  })

  it('lists tools that only read, each with what it takes', async () => {
    const { tools } = (await call('tools/list'))['result'] as {
      tools: { name: string; inputSchema: { type: string }; annotations: object }[]
    }
    expect(tools.map(({ name }) => name)).toEqual([
      'search_logs',
      'patterns',
      'compare',
      'query_metrics',
      'metric_names',
      'labels',
      'search_traces',
      'get_trace',
    ])
    for (const { inputSchema, annotations } of tools) {
      expect(inputSchema.type).toBe('object')
      expect(annotations).toMatchObject({ readOnlyHint: true, destructiveHint: false })
    }
  })

  it('asks the API and answers as text and as structure, with long lines cut', async () => {
    const { content, structuredContent } = await tool('search_logs', { query: 'disk full', limit: 3 })
    expect(asked.at(-1)).toEqual([
      '/api/logs',
      { query: 'disk full', start: 'now-1h', end: 'now', limit: '3', direction: 'backward' },
    ])
    expect(structuredContent.lines[0]?.time).toBe('2023-11-14T22:13:20.000Z')
    expect(structuredContent.lines[0]?.message).toHaveLength(2001)
    expect(JSON.parse(content[0]?.text ?? '')).toEqual(structuredContent)
  })

  it('tells the assistant what is wrong with its question', async () => {
    expect(await tool('search_logs', { query: '{' })).toMatchObject({
      isError: true,
      content: [{ text: 'the query cannot be understood' }],
    })
    expect((await tool('search_logs', { limit: 9_999, sql: 'DROP' })).content[0]?.text).toMatch(
      /limit[\s\S]*sql|sql[\s\S]*limit/,
    )
    expect((await tool('get_trace', { traceId: '../tokens' })).isError).toBe(true)
    expect((await call('tools/call', { name: 'delete' }))['error']).toMatchObject({ code: -32602 })
    expect((await call('resources/list'))['error']).toMatchObject({ code: -32601 })
    expect(await server.answerText('{', ask)).toMatchObject({ id: null, error: { code: -32700 } })
    expect(await server.answerText('[]', ask)).toMatchObject({ error: { code: -32600 } })
    expect(
      await server.answerText('{"jsonrpc":"2.0","method":"notifications/initialized"}', ask),
    ).toBeUndefined()
  })
})

describe('over HTTP', () => {
  const askers: { token: string; tenant: string }[] = []
  const askerOf = (asker: { token: string; tenant: string }) => {
    askers.push(asker)
    return ask
  }
  const http = mcpHttpServer(server, { askerOf, origins: ['https://ok.example'] })
  let url = ''
  beforeAll(async () => {
    url = `http://${await listen(http, '127.0.0.1:0', 'test')}/mcp`
  })
  afterAll(() => {
    http.closeAllConnections()
    http.close()
  })
  const post = (headers: Record<string, string>, body: object = { jsonrpc: '2.0', id: 1, method: 'ping' }) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  it('asks with the token and for the tenant that came, and with none where none came', async () => {
    const answer = await post({ authorization: 'Bearer secret', 'x-scope-orgid': 'acme' })
    expect([answer.status, await answer.json()]).toEqual([200, { jsonrpc: '2.0', id: 1, result: {} }])
    await post({})
    expect(askers).toEqual([
      { token: 'secret', tenant: 'acme' },
      { token: '', tenant: '' },
    ])
  })

  it('is for no page of another site, and for no other method, path or version', async () => {
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403)
    expect((await post({ origin: 'http://localhost:3000' })).status).toBe(200)
    expect((await post({ origin: 'https://ok.example' })).status).toBe(200)
    expect((await fetch(url)).status).toBe(405)
    expect((await fetch(url.replace('/mcp', '/api'))).status).toBe(404)
    expect((await post({ 'mcp-protocol-version': '1' })).status).toBe(400)
    expect((await post({}, { jsonrpc: '2.0', method: 'notifications/initialized' })).status).toBe(202)
  })
})
