import { expect, it } from 'vitest'
import type { StatusAnswer } from '../../../query/index.ts'
import { silentAgents } from './silent-agents.ts'

type Agent = StatusAnswer['agents'][number]
const agent = (name: string, host: string, missing: boolean) => ({ agent: name, host, missing }) as Agent

it('names an agent that fell silent by its host, and by its own name where another one there goes on', () => {
  const agents = [
    agent('web-1', 'web', true),
    agent('files', 'db', true),
    agent('journal', 'db', false),
    agent('a', 'app', true),
    agent('b', 'app', true),
  ]
  expect(silentAgents({ agents, missingHosts: ['app', 'db', 'web'] })).toEqual(['app', 'files on db', 'web'])
  // of one that reported so long ago that nothing else is known
  expect(silentAgents({ agents: [], missingHosts: ['old'] })).toEqual(['old'])
})
