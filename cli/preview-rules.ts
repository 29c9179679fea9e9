import { OperatingError } from '../lib/base/index.ts'
import type { PreviewRules } from '../query/index.ts'
import { parseConfig } from './config.ts'

/** What the query role is handed to try rules of agents: their code is loaded when somebody first does. Errors: CONFIG_INVALID. */
export const previewRules: PreviewRules = async ({ text, ...question }) => {
  // what this machine has in its environment is not the asker's
  const { transforms } = parseConfig(text, { file: 'rules.yaml', environment: {} }).agent
  if (transforms.length === 0)
    throw new OperatingError('CONFIG_INVALID', 'there are no rules to try: write them below agent.transforms')
  const { previewTopic } = await import('../agent/index.ts')
  return await previewTopic({ ...question, transforms })
}
