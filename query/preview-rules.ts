import type { KafkaClient } from '../lib/kafka/client/index.ts'
import type { RulesPreviewAnswer } from './api/streams/schemas.ts'

/** Rules of agents to be tried on what the logs topic retains. */
export interface RulesQuestion {
  /** YAML, as `agent.transforms` of millrace.yaml. */
  text: string
  client: KafkaClient
  topic: string
  sinceMs: number
  /** Kept for each rule. */
  examples: number
  /** Records of the topic, at most. */
  limit: number
  /** Records of this agent alone; undefined: of all. */
  agent: string | undefined
  /** Ends it early: what has been looked at until then is told. */
  signal: AbortSignal
}

/** Agents' rules are the agent's code, which this room does without: whoever starts the role hands it in. Errors: CONFIG_INVALID. */
export type PreviewRules = (question: RulesQuestion) => Promise<RulesPreviewAnswer>
