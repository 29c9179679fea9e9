import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const generator = join(import.meta.dirname, '../../../../shared/peers/data/generate.mjs')
export const hasGenerator = existsSync(generator)

/** The day over which all lines spread, whatever their number. */
export const dayStart = '2026-11-01T00:00:00Z'
export const dayEnd = '2026-11-03T00:00:00Z'
const dayMs = 86_400_000

/** So many JSON lines of about 339 bytes, the same for the same number. */
export async function writeLines(path: string, lines: number, start = dayStart, seed = 1): Promise<void> {
  const options = { lines, seed, start, step: dayMs / lines }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const child = spawn(process.execPath, [generator, 'json', path, ...args], { stdio: 'ignore' })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`the generator of lines ended with ${code}`)
}
