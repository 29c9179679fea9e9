import { hostname } from 'node:os'
import { z } from 'zod'
import { agentSection } from '../agent/config.ts'
import { aggregatorSection, rollupsSection } from '../aggregator/config.ts'
import { brokerSection, defaultBrokerListen, defaultBrokerMetrics } from '../broker/config.ts'
import { type LoadOptions, loadConfigAs, parseConfigAs, sharedSections } from '../lib/base/index.ts'
import { alertingSection, querySection, rulesSection } from '../query/config.ts'
import { retentionSection, storeSection } from '../store/config.ts'

/** The whole of millrace.yaml: each role's own section beside what they share. */
export const configSchema = z
  .strictObject({
    ...sharedSections,
    broker: brokerSection,
    store: storeSection,
    agent: agentSection,
    aggregator: aggregatorSection,
    query: querySection,
    retention: retentionSection,
    rollups: rollupsSection,
    rules: rulesSection,
    alerting: alertingSection,
  })
  .transform(config => ({
    ...config,
    kafka: {
      ...config.kafka,
      brokers: config.kafka.brokers ?? [config.broker.advertise ?? config.broker.listen],
    },
    broker: {
      ...config.broker,
      metrics: {
        listen:
          config.broker.metrics.listen ??
          (config.broker.listen === defaultBrokerListen ? defaultBrokerMetrics : '127.0.0.1:0'),
      },
    },
    clickhouse: { ...config.clickhouse, url: config.clickhouse.url ?? `http://${config.store.listen}` },
    agent: { ...config.agent, id: config.agent.id ?? hostname() },
  }))

export type Config = z.output<typeof configSchema>
export type ConfigInput = z.input<typeof configSchema>

/** Reads, checks and completes the configuration. Errors: CONFIG_INVALID (a ConfigError), CONFIG_UNREADABLE. */
export function loadConfig(options: LoadOptions = {}): Promise<Config> {
  return loadConfigAs(configSchema, options)
}

/**
 * Checks and completes a configuration given as text.
 *
 * @example
 * parseConfig('query: { listen: 127.0.0.1:0 }').query.listen // => '127.0.0.1:0'
 */
export function parseConfig(text: string, options: LoadOptions = {}): Config {
  return parseConfigAs(configSchema, text, options)
}
