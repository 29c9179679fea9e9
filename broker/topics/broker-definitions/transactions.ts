import { int } from '../config-values.ts'
import { fixed, kinds, settable } from './define.ts'

/** Transactions. */
export const transactionConfigs = [
  fixed(
    'transaction.max.timeout.ms',
    kinds.int,
    '900000',
    b => b.transactionMaxTimeoutMs,
    'The longest a transaction may stay open (broker.transactionMaxTimeoutMs).',
  ),
  fixed(
    'transactional.id.expiration.ms',
    kinds.int,
    '604800000',
    b => b.transactionalIdExpirationMs,
    'How long a transactional id is remembered without use (broker.transactionalIdExpirationMs).',
  ),
  fixed(
    'transaction.abort.timed.out.transaction.cleanup.interval.ms',
    kinds.int,
    '10000',
    b => b.transactionScanIntervalMs,
    'How often transactions that are open for too long are looked for (broker.transactionScanIntervalMs).',
  ),
  settable(
    'transaction.remove.expired.transaction.cleanup.interval.ms',
    int(1),
    '3600000',
    'How often transactional ids past their time are looked for.',
  ),
  fixed(
    'transaction.partition.verification.enable',
    kinds.boolean,
    'true',
    () => true,
    'Whether a record is taken only into a transaction that is open.',
  ),
  fixed(
    'transaction.two.phase.commit.enable',
    kinds.boolean,
    'false',
    () => false,
    'Whether somebody else may coordinate a transaction.',
  ),
]
