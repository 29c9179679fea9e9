import { listen, packageVersion } from '../../lib/base/index.ts'
import { type Command, exitDone } from '../command.ts'
import { interruption } from '../interruption.ts'
import { note } from '../terminal/output.ts'

export const mcp: Command = {
  name: 'mcp',
  asksApi: true,
  summary: 'lets assistants ask, by the Model Context Protocol: read-only',
  isServer: true,
  options: {
    listen: {
      type: 'string',
      hint: 'HOST:PORT',
      description: 'over HTTP, at /mcp, in place of standard input and output',
    },
    origin: {
      type: 'string',
      hint: 'URL',
      multiple: true,
      description: 'pages that may ask over HTTP, beside those of this machine; repeatable',
    },
  },
  details: [
    'Tools: search_logs, patterns, compare, query_metrics, metric_names, labels, search_traces, get_trace. They ask the query',
    'API with its tokens and limits: over standard input with MILLRACE_TOKEN, over HTTP with the token of each request',
    '(Authorization: Bearer, and X-Scope-OrgID where it is for several tenants), never with our own. Nothing can be changed by them.',
  ].join('\n'),
  examples: [
    ['millrace mcp', 'as an assistant starts it: { "command": "millrace", "args": ["mcp"] }'],
    ['millrace mcp --listen 127.0.0.1:4310', 'for http://127.0.0.1:4310/mcp'],
  ],
  run: async call => {
    const config = await call.config()
    const { McpServer } = await import('../mcp/server.ts')
    const { askerOf } = await import('../mcp/tool.ts')
    const server = new McpServer(packageVersion())
    const address = call.text('listen')
    if (address === undefined) {
      const { serveStdio } = await import('../mcp/stdio.ts')
      await serveStdio(server, askerOf(config, { token: undefined, tenant: undefined }))
      return exitDone
    }
    const { mcpHttpServer, mcpPath } = await import('../mcp/http.ts')
    const stop = interruption()
    const http = mcpHttpServer(server, {
      askerOf: inNameOf => askerOf(config, inNameOf),
      origins: call.list('origin'),
    })
    const taken = await listen(http, address, '--listen')
    note(`ready  http://${taken}${mcpPath}`)
    await new Promise<void>(resolve => stop.signal.addEventListener('abort', () => resolve(), { once: true }))
    http.closeAllConnections()
    await new Promise(resolve => http.close(resolve))
    return exitDone
  },
}
