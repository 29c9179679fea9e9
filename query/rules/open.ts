import type { RoleContext } from '../../lib/base/index.ts'
import type { KafkaAdminClient } from '../../lib/kafka/client/index.ts'
import { savedFolder } from '../access/file-names.ts'
import type { CompletenessWatcher } from '../completeness/watcher.ts'
import type { Config } from '../config.ts'
import type { StoreReader } from '../store-reader.ts'
import { SavedRulesFollower } from './follow-saved.ts'
import { loadRules } from './load.ts'
import { SavedRules } from './saved.ts'
import { RulesService } from './service.ts'

/** Of rules and what is known of them: see journal.ts. */
const rulesTopic = 'millrace_rules'

interface Needs {
  config: Config
  kafka: KafkaAdminClient
  reader: StoreReader
  watcher: CompletenessWatcher
  context: Pick<RoleContext, 'clock' | 'logger'>
}

/** The rules of the configuration and those that were saved on the page. Errors: RULES_INVALID, of those of the configuration. */
export async function openRules({ config, kafka, reader, watcher, context }: Needs) {
  const logger = context.logger.child('rules')
  const savedRules = new SavedRules(savedFolder(config))
  const configured = await loadRules(config.rules)
  const known = await savedRules.stamp()
  const all = async () => [...configured, ...(await savedRules.load(logger))]
  const rules = new RulesService({
    groups: await all(),
    alerting: config.alerting,
    client: kafka,
    reader,
    topics: { rules: rulesTopic, metrics: config.kafka.topics.metrics },
    tenant: config.tenant,
    clock: context.clock,
    logger,
    data: () => watcher.answer(),
  })
  const reloadRules = async () => await rules.replace(await all())
  const follower = new SavedRulesFollower(savedRules, reloadRules, logger)
  // a folder of one's own changes by the API alone
  if (config.query.saved !== null) follower.start(known)
  return { rules, savedRules, reloadRules, follower }
}
