export { type AgentDeps, startAgent } from './agent.ts'
