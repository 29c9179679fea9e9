import type { Config } from '../config.ts'
import { configTypes } from '../topics/config-values.ts'

/** A configuration that a group can have of its own. */
export interface GroupConfigDefinition {
  name: string
  type: number
  /** Value where the group sets none. */
  fallback: (config: Config) => string
  /** Why a value cannot be, in Kafka's words; undefined where it can. */
  problem: (value: string) => string | undefined
  documentation: string
}

export const consumerSessionTimeout = milliseconds(
  'consumer.session.timeout.ms',
  config => config.broker.groupConsumerSessionTimeoutMs,
  [45_000, 60_000],
  'A member of the consumer protocol that is not heard of for so long is put out.',
)
export const consumerHeartbeatInterval = milliseconds(
  'consumer.heartbeat.interval.ms',
  config => config.broker.groupConsumerHeartbeatIntervalMs,
  [5_000, 15_000],
  'How often members of the consumer protocol are told to be heard of.',
)
export const shareSessionTimeout = milliseconds(
  'share.session.timeout.ms',
  () => 45_000,
  [45_000, 60_000],
  'A member of a share group that is not heard of for so long is put out.',
)
export const shareHeartbeatInterval = milliseconds(
  'share.heartbeat.interval.ms',
  () => 5_000,
  [5_000, 15_000],
  'How often members of a share group are told to be heard of.',
)
export const shareRecordLockDuration = milliseconds(
  'share.record.lock.duration.ms',
  config => config.broker.shareRecordLockDurationMs,
  [15_000, 60_000],
  'Records that a member of a share group has acquired are free again after so long.',
)

const durationReset = /^by_duration:P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/

export const shareAutoOffsetReset: GroupConfigDefinition = {
  name: 'share.auto.offset.reset',
  type: configTypes.string,
  fallback: () => 'latest',
  problem: value =>
    value === 'latest' || value === 'earliest' || durationReset.test(value)
      ? undefined
      : `Invalid value ${value} for configuration share.auto.offset.reset: Invalid value \`${value}\` for configuration share.auto.offset.reset. The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.`,
  documentation: 'Where a share group begins with a partition: latest, earliest or by_duration:PnDTnHnMn.nS.',
}

export const shareIsolationLevel: GroupConfigDefinition = {
  name: 'share.isolation.level',
  type: configTypes.string,
  fallback: () => 'read_uncommitted',
  problem: value =>
    value === 'read_committed' || value === 'read_uncommitted'
      ? undefined
      : `Invalid value ${value} for configuration share.isolation.level: String must be one of: read_committed, read_uncommitted`,
  documentation: 'read_committed: records of transactions only once they are committed.',
}

/** The configurations of groups that this broker honours. */
export const groupConfigs: readonly GroupConfigDefinition[] = [
  consumerHeartbeatInterval,
  consumerSessionTimeout,
  shareAutoOffsetReset,
  shareHeartbeatInterval,
  shareIsolationLevel,
  shareRecordLockDuration,
  shareSessionTimeout,
]

export function groupConfigProblem(name: string, value: string): string | undefined {
  const definition = groupConfigs.find(known => known.name === name)
  return definition === undefined ? `Unknown group config name: ${name}` : definition.problem(value)
}

/** The milliseconds of `by_duration:P1DT2H`. */
export function durationOf(reset: string): number {
  const [, days = '0', , hours = '0', minutes = '0', seconds = '0'] = durationReset.exec(reset) ?? []
  const minuteMs = 60_000
  return (
    Number.parseInt(days, 10) * 24 * 60 * minuteMs +
    Number.parseInt(hours, 10) * 60 * minuteMs +
    Number.parseInt(minutes, 10) * minuteMs +
    Number.parseFloat(seconds) * 1000
  )
}

function milliseconds(
  name: string,
  fallback: (config: Config) => number,
  [min, max]: readonly [number, number],
  documentation: string,
): GroupConfigDefinition {
  // the broker's own setting of `consumer.session.timeout.ms`'s least is `group.consumer.min.session.timeout.ms`
  const limitOf = (which: string) => `group.${name.replace('.', `.${which}.`)}`
  return {
    name,
    type: configTypes.int,
    fallback: config => String(fallback(config)),
    problem: value => {
      if (!/^-?\d{1,10}$/.test(value.trim()))
        return `Invalid value ${value} for configuration ${name}: Not a number of type INT`
      const number = Number(value)
      if (number < min) return `${name} must be greater than or equal to ${limitOf('min')}`
      return number > max ? `${name} must be less than or equal to ${limitOf('max')}` : undefined
    },
    documentation,
  }
}
