import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeLogsRequest } from '../../lib/otlp/index.ts'
import { median } from './agent/figures.ts'
import { packagedAgent, startAgent } from './agent/package.ts'
import { cpuSecondsOf, peakMiBOf } from './broker/process-figures.ts'
import type { BenchRow } from './types.ts'

const runs = 5
const recordsPerRequest = 1_000
const requests = 1_000
const connections = 4

interface Figure {
  perCore: number
  perSecond: number
  peakMiB: number
}

/** OTLP/HTTP in protobuf to an agent, each request answered when it is synced to the spool; no broker is there. */
export async function run(): Promise<BenchRow[]> {
  const program = packagedAgent()
  const body = requestBody()
  const figures: Figure[] = []
  for (let i = 0; i < runs; i++) figures.push(await into(program, body))
  const name = 'agent: OTLP in'
  const notes = `${Math.round(body.length / recordsPerRequest)} B a record, ${recordsPerRequest} a request; peak ${Math.round(median(figures, run => run.peakMiB))} MiB`
  return [
    { name, figure: median(figures, run => run.perCore), unit: 'rec/s·core', notes },
    { name, figure: median(figures, run => run.perSecond), unit: 'records/s' },
  ]
}

async function into(program: string, body: Buffer): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  const agent = await startAgent(program, [
    `dataDir=${folder}`,
    'kafka.brokers=["127.0.0.1:1"]',
    'agent={listen: "127.0.0.1:0", sources: [{type: otlp, http: "127.0.0.1:0", grpc: null}]}',
    'telemetry.enabled=false',
    'logLevel=error',
  ])
  const sockets = new Agent({ keepAlive: true, maxSockets: connections })
  try {
    const post = poster(agent.address, body, sockets)
    await post()
    const before = cpuSecondsOf(agent.pid)
    const startMs = performance.now()
    const share = async () => {
      for (let i = 0; i < requests / connections; i++) await post()
    }
    await Promise.all(Array.from({ length: connections }, share))
    const records = requests * recordsPerRequest
    return {
      perCore: records / (cpuSecondsOf(agent.pid) - before),
      perSecond: records / ((performance.now() - startMs) / 1000),
      peakMiB: peakMiBOf(agent.pid),
    }
  } finally {
    sockets.destroy()
    await agent.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function poster(address: string, body: Buffer, agent: Agent): () => Promise<void> {
  const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length }
  return () =>
    new Promise((resolve, reject) => {
      const sent = request(`http://${address}/v1/logs`, { method: 'POST', headers, agent }, response => {
        response.resume()
        if (response.statusCode === 200) response.on('end', resolve)
        else reject(new Error(`status ${response.statusCode}`))
      })
      sent.on('error', reject)
      sent.end(body)
    })
}

function requestBody(): Buffer {
  const nowSeconds = 1_760_000_000
  const records = Array.from({ length: recordsPerRequest }, (_, i) => ({
    time: { seconds: nowSeconds, nanos: i * 1_000 },
    observed: { seconds: nowSeconds, nanos: i * 1_000 },
    severityNumber: 9,
    severityText: 'INFO',
    body: `order ${i * 7919} of customer ${(i * 104_729) % 9_973} was paid in ${i % 317} ms`,
    attributes: { 'http.route': '/orders/{id}', 'http.response.status_code': 200, 'order.items': i % 12 },
  }))
  const resource = { 'service.name': 'checkout', 'host.name': 'bench', 'service.version': '1.4.2' }
  return writeLogsRequest({ resource, scope: 'bench' }, records)
}
