import { int, long } from '../config-values.ts'
import { dynamic, fixed, kinds, settable } from './define.ts'

const unlimited = '2147483647'

/** libuv's pool, which reads and writes files; Node has no way to ask for its size. */
const defaultPoolThreads = 4

/** Connections, requests and the threads that serve them. */
export const networkConfigs = [
  fixed(
    'num.network.threads',
    kinds.int,
    '3',
    () => 1,
    'Threads that read requests and send answers; one does all of it.',
  ),
  fixed(
    'num.io.threads',
    kinds.int,
    '8',
    () => process.env['UV_THREADPOOL_SIZE'] ?? defaultPoolThreads,
    'Threads that read and write files.',
  ),
  fixed(
    'socket.request.max.bytes',
    kinds.int,
    '104857600',
    b => b.maxRequestBytes,
    'Largest request accepted (broker.maxRequestBytes).',
  ),
  fixed(
    'queued.max.request.bytes',
    kinds.long,
    '-1',
    () => 134_217_728,
    'Bytes of requests that may wait to be written; beyond, no connection is read.',
  ),
  fixed(
    'socket.listen.backlog.size',
    kinds.int,
    '50',
    () => 511,
    'Connections that the system keeps until they are accepted.',
  ),
  settable(
    'connections.max.idle.ms',
    long(1),
    '600000',
    'A connection on which nothing was said for so long is closed.',
  ),
  dynamic(
    'max.connections',
    int(0),
    unlimited,
    'Connections of the broker, all listeners together; the next one is closed.',
    () => 20_000,
  ),
  dynamic('max.connections.per.ip', int(0), unlimited, 'Connections from one address.'),
  dynamic(
    'max.connections.per.ip.overrides',
    perHost(),
    '',
    'The same for single addresses, as in 10.0.0.1:5,10.0.0.2:0.',
  ),
  dynamic(
    'max.connection.creation.rate',
    int(0),
    unlimited,
    'Connections taken a second, all listeners together; more wait.',
  ),
  fixed(
    'fetch.max.bytes',
    kinds.int,
    '57671680',
    () => 8_388_608,
    'The most that a fetch answers with, but for a single larger batch.',
  ),
  settable(
    'max.incremental.fetch.session.cache.slots',
    int(0),
    '1000',
    'Consumers that may fetch by what changes only (KIP-227).',
  ),
  fixed(
    'max.request.partition.size.limit',
    kinds.int,
    '2000',
    () => 2_000,
    'Partitions in one answer of DescribeTopicPartitions.',
  ),
  fixed('quota.window.num', kinds.int, '11', () => 11, 'Windows over which a rate is taken.'),
  fixed('quota.window.size.seconds', kinds.int, '1', () => 1, 'Length of such a window.'),
  fixed(
    'controller.quota.window.num',
    kinds.int,
    '11',
    () => 11,
    'Windows over which changes of topics are counted.',
  ),
  fixed('controller.quota.window.size.seconds', kinds.int, '1', () => 1, 'Length of such a window.'),
]

function perHost() {
  return {
    type: kinds.string,
    problem: (name: string, value: string) =>
      value.trim() === '' || value.split(',').every(part => /^\s*\S+:\d{1,10}\s*$/.test(part))
        ? undefined
        : `Invalid value ${value} for configuration ${name}: expected ADDRESS:NUMBER,ADDRESS:NUMBER`,
  }
}
