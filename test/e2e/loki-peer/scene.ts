import { type Stack, startStack, until } from '../stack.ts'
import { pushedStreams } from './lines.ts'
import { startLoki } from './loki.ts'

export interface PeerScene {
  ours: string
  theirs: string
  /** What both were sent begins here and ends within half an hour. */
  zeroMs: number
  close(): Promise<void>
}

const hourMs = 3_600_000
const visibleTimeoutMs = 60_000

/** Millrace and a Loki that were sent the same lines. */
export async function startPeerScene(program: string): Promise<PeerScene> {
  const peer = await startLoki(program)
  const stack = await startMillrace()
  const close = async () => {
    await stack.stop()
    await peer.stop()
  }
  const zeroMs = Math.floor(Date.now() / hourMs) * hourMs - hourMs
  try {
    await pushLines([peer.url, pushUrl(stack)], zeroMs)
    for (const url of [peer.url, stack.url]) await untilAllThere(url, zeroMs)
  } catch (error) {
    await close()
    throw error
  }
  return { ours: stack.url, theirs: peer.url, zeroMs, close }
}

export async function startMillrace(): Promise<Stack> {
  return await startStack([
    'agent.sources=[{type: http, listen: 127.0.0.1:0, parse: none}]',
    'telemetry.enabled=false',
  ])
}

export function pushUrl(stack: Stack): string {
  return `http://${stack.address('agent', 'http')}`
}

export async function pushLines(urls: readonly string[], zeroMs: number): Promise<void> {
  const streams = pushedStreams(BigInt(zeroMs) * 1_000_000n)
  for (const url of urls)
    for (const stream of streams) {
      const response = await fetch(`${url}/loki/api/v1/push`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ streams: [stream] }),
      })
      if (response.status !== 204) throw new Error(`${response.status}: ${await response.text()}`)
    }
}

async function untilAllThere(url: string, zeroMs: number): Promise<void> {
  const wanted = pushedStreams(0n).reduce((sum, { values }) => sum + values.length, 0)
  const parameters = new URLSearchParams({
    query: 'sum(count_over_time({app=~".+"}[2h]))',
    time: String((zeroMs + hourMs) / 1000),
  })
  await until(async () => {
    const response = await fetch(`${url}/loki/api/v1/query?${parameters}`)
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } }
    return Number(data.result[0]?.value[1]) >= wanted
  }, visibleTimeoutMs)
}
