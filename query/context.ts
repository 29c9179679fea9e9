import type { LRUCache } from 'lru-cache'
import type { Clock, Logger } from '../lib/base/index.ts'
import type { ValueDecoder } from '../lib/kafka/admin/index.ts'
import type { KafkaAdminClient } from '../lib/kafka/client/index.ts'
import type { StoreConnection } from '../store/index.ts'
import type { Access } from './access/access.ts'
import type { CompletenessWatcher } from './completeness/watcher.ts'
import type { Config } from './config.ts'
import type { LagHistory } from './lag/history.ts'
import type { PreviewRules } from './preview-rules.ts'
import type { SavedRules } from './rules/saved.ts'
import type { RulesService } from './rules/service.ts'
import type { StoreReader } from './store-reader.ts'
import type { TailHub } from './tail/hub.ts'

/** What the routes work with. */
export interface QueryContext {
  config: Config
  access: Access
  clock: Clock
  logger: Logger
  reader: StoreReader
  /** For what changes the store: deletions alone. */
  writer: StoreConnection
  kafka: KafkaAdminClient
  /** How far groups were behind. */
  lag: LagHistory
  /** Keys and values of records, by schemas of the registry too. */
  values: ValueDecoder
  watcher: CompletenessWatcher
  tail: TailHub
  rules: RulesService
  savedRules: SavedRules
  /** Takes up what was saved or deleted. */
  reloadRules: () => Promise<void>
  /** Tries rules of agents; undefined where their code is not there. */
  previewRules: PreviewRules | undefined
  /** Answers about windows that are closed: complete when they were given. */
  closedWindows: LRUCache<string, object>
  version: string
  /** Where requests are listened for, with the port that was taken. */
  address: () => string
}
