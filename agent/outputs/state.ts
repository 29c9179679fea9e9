import { mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf, OperatingError, replaceFile } from '../../lib/base/index.ts'
import { outputStateFile } from '../file-names.ts'

/** How far an output had got in a lane; undefined before it began. Errors: SPOOL_STATE_INVALID. */
export async function readOutputState(
  agentFolder: string,
  output: string,
  lane: string,
): Promise<number | undefined> {
  const path = outputStateFile(agentFolder, output, lane)
  try {
    const { ackedOffset } = JSON.parse(await readFile(path, 'utf8')) as { ackedOffset?: unknown }
    if (Number.isSafeInteger(ackedOffset)) return ackedOffset as number
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    if (!(error instanceof SyntaxError)) throw error
  }
  const message = `${path} is damaged: restore it, or delete it to send the whole lane again`
  throw new OperatingError('SPOOL_STATE_INVALID', message)
}

export async function writeOutputState(
  agentFolder: string,
  output: string,
  lane: string,
  ackedOffset: number,
): Promise<void> {
  const path = outputStateFile(agentFolder, output, lane)
  await mkdir(dirname(path), { recursive: true })
  await replaceFile(path, JSON.stringify({ ackedOffset }))
}
