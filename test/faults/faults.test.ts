import { expect, test } from 'vitest'
import { runFaults } from './run.ts'

/** The same for ten minutes, and with other seeds: `npm run faults`. */
const seconds = 60

test('under load and faults of every kind, every record is there once, and every file comes back as it was', async () => {
  const said: string[] = []
  const say = (text: string): void => {
    said.push(text)
  }
  const findings = await runFaults({ seed: 20_261_128, seconds, rate: 1_000, files: 24, say })
  expect(findings, said.join('\n')).toEqual([])
}, 420_000)
