import { type Stack, startStack, until } from '../stack.ts'
import { type Prometheus, startPrometheus } from './prometheus.ts'
import { metadata, writtenSeries } from './samples.ts'
import { writeRequest } from './write-request.ts'

export interface PeerScene {
  /** Where Prometheus' API begins, of either. */
  ours: string
  theirs: string
  /** What both were sent begins here and ends after an hour. */
  zeroMs: number
  close(): Promise<void>
}

const hourMs = 3_600_000
const visibleTimeoutMs = 60_000

/** Millrace and a Prometheus that were written the same samples. */
export async function startPeerScene(program: string): Promise<PeerScene> {
  const peer = await startPrometheus(program)
  const stack = await startMillrace()
  const close = async () => {
    await stack.stop()
    await peer.stop()
  }
  const zeroMs = Math.floor(Date.now() / hourMs) * hourMs - hourMs
  const scene = { ours: `${stack.url}/prometheus`, theirs: peer.url, zeroMs, close }
  try {
    await writeBoth(stack, peer, zeroMs)
    for (const url of [scene.ours, scene.theirs]) await untilAllThere(url, zeroMs)
  } catch (error) {
    await close()
    throw error
  }
  return scene
}

async function startMillrace(): Promise<Stack> {
  return await startStack(['agent.sources=[{type: http, listen: 127.0.0.1:0}]', 'telemetry.enabled=false'])
}

async function writeBoth(stack: Stack, peer: Prometheus, zeroMs: number): Promise<void> {
  const body = new Uint8Array(writeRequest(writtenSeries(zeroMs), metadata))
  for (const url of [peer.url, `http://${stack.address('agent', 'http')}`]) {
    const headers = {
      'content-type': 'application/x-protobuf',
      'content-encoding': 'snappy',
      'x-prometheus-remote-write-version': '0.1.0',
    }
    const response = await fetch(`${url}/api/v1/write`, { method: 'POST', headers, body })
    if (!response.ok) throw new Error(`${url}: ${response.status}: ${await response.text()}`)
  }
}

/** All comes in one request, so that there is everything once there is something of the last minutes. */
async function untilAllThere(url: string, zeroMs: number): Promise<void> {
  const parameters = new URLSearchParams({
    query: 'count({__name__!=""})',
    time: String((zeroMs + hourMs) / 1000),
  })
  let said = ''
  await until(
    async () => {
      said = await (await fetch(`${url}/api/v1/query?${parameters}`)).text()
      return /"value":\[\d+,"\d\d+"\]/.test(said)
    },
    visibleTimeoutMs,
    () => said,
  )
}
