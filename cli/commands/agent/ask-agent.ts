import { messageOf, OperatingError } from '../../../lib/base/index.ts'
import type { Config } from '../../config.ts'

/** Asks the agent that runs with this configuration's `dataDir`. Errors: AGENT_NOT_RUNNING, AGENT_REFUSED. */
export async function askAgent(
  { dataDir }: Pick<Config, 'dataDir'>,
  path: string,
  parameters: Readonly<Record<string, string | undefined>> = {},
  signal?: AbortSignal,
): Promise<Response> {
  const { readAdminAccess, agentFolder } = await import('../../../agent/index.ts')
  const { address, token } = await readAdminAccess(agentFolder(dataDir))
  const url = new URL(path, `http://${address}`)
  for (const [key, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.set(key, value)
  let response: Response
  try {
    response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: signal ?? null })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    const why = messageOf((cause as { cause?: unknown }).cause ?? cause)
    throw new OperatingError(
      'AGENT_NOT_RUNNING',
      `no agent at ${address} (${why}): start it with millrace agent`,
      { cause },
    )
  }
  if (response.ok) return response
  throw new OperatingError('AGENT_REFUSED', (await response.text()).trim())
}
