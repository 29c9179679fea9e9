import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const generator = join(import.meta.dirname, '../../../../shared/peers/data/generate.mjs')
export const hasGenerator = existsSync(generator)

/** The day over which all lines spread, whatever their number. */
export const dayStart = '2026-11-01T00:00:00Z'
export const dayEnd = '2026-11-03T00:00:00Z'
/** Of the lines that come steadily. */
export const steadyStart = '2026-11-20T00:00:00Z'
export const steadyEnd = '2026-11-22T00:00:00Z'
const dayMs = 86_400_000

/** So many JSON lines of about 339 bytes over the day, the same for the same number. */
export async function writeLines(path: string, lines: number): Promise<void> {
  await generate(path, { lines, seed: 1, start: dayStart, step: dayMs / lines })
}

/** Lines as they are written at so many a second. */
export async function writeSteadyLines(path: string, lines: number, perSecond: number): Promise<void> {
  await generate(path, { lines, seed: 2, start: steadyStart, step: 1000 / perSecond })
}

async function generate(
  path: string,
  options: { lines: number; seed: number; start: string; step: number },
): Promise<void> {
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn(process.execPath, [generator, 'json', path, ...args], { stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`the generator of lines ended with ${code}`)
}
