import { createInterface } from 'node:readline'
import { toJsonLine, write } from '../terminal/output.ts'
import type { McpServer } from './server.ts'
import type { Ask } from './tool.ts'

/** So many questions are answered at once; further lines wait. */
const maxAtOnce = 8

/** One message a line on standard input, answers on standard output, until the input ends. */
export async function serveStdio(server: McpServer, ask: Ask): Promise<void> {
  const running = new Set<Promise<void>>()
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue
    const answering = answer(server, line, ask)
    running.add(answering)
    void answering.finally(() => running.delete(answering))
    if (running.size >= maxAtOnce) await Promise.race(running)
  }
  await Promise.all(running)
}

async function answer(server: McpServer, line: string, ask: Ask): Promise<void> {
  const found = await server.answerText(line, ask)
  if (found !== undefined) await write(`${toJsonLine(found)}\n`)
}
