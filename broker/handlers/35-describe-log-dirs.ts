import { statfs } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { messageOf } from '../../lib/base/index.ts'
import { apis, errorCodes, type RequestOf, type ResponseInput } from '../../lib/kafka/index.ts'
import { brokerFolder, dataFolder } from '../filenames.ts'
import type { Topic } from '../topics/topic.ts'
import { accessProblem } from './authorized.ts'
import { handler, type RequestContext } from './handler.ts'

/*
 * DescribeLogDirs, versions 1 to 4: the one data folder, how large each partition in it is, and the space of its disk.
 * Null asks for all topics; what is not there is left out, as in Kafka.
 */
type Request = RequestOf<typeof apis.describeLogDirs>
type Response = ResponseInput<typeof apis.describeLogDirs>
type LogDir = Response['results'][number]
type TopicSizes = LogDir['topics'][number]

async function describeLogDirs(request: Request, context: RequestContext): Promise<Response> {
  const { config, logger } = context.services
  const denied = accessProblem(context, 'DESCRIBE', 'CLUSTER')
  if (denied !== 0) return { throttleTimeMs: 0, errorCode: denied, results: [] }
  const logDir = resolve(join(config.dataDir, brokerFolder, dataFolder))
  try {
    const topics: TopicSizes[] = []
    for (const [topic, partitions] of wanted(request, context)) topics.push(await sizesOf(topic, partitions))
    const { bsize, blocks, bavail } = await statfs(logDir)
    const space = { totalBytes: blocks * bsize, usableBytes: bavail * bsize }
    return { throttleTimeMs: 0, results: [{ errorCode: errorCodes.NONE, logDir, topics, ...space }] }
  } catch (error) {
    logger.error('the data folder cannot be read', { folder: logDir, error: messageOf(error) })
    const errorCode = errorCodes.KAFKA_STORAGE_ERROR
    return { throttleTimeMs: 0, results: [{ errorCode, logDir, topics: [] }] }
  }
}

function* wanted(request: Request, context: RequestContext): Iterable<[Topic, Iterable<number>]> {
  const { topics } = context.services
  if (request.topics === null)
    for (const topic of topics.all()) yield [topic, Array.from({ length: topic.partitionCount }, (_, i) => i)]
  else
    for (const { topic: name, partitions } of request.topics) {
      const topic = topics.get(name)
      if (topic !== undefined) yield [topic, new Set(partitions)]
    }
}

async function sizesOf(topic: Topic, indexes: Iterable<number>): Promise<TopicSizes> {
  const partitions: TopicSizes['partitions'][number][] = []
  for (const partitionIndex of indexes) {
    if (!topic.hasPartition(partitionIndex)) continue
    const { log } = topic.opened(partitionIndex) ?? (await topic.partition(partitionIndex))
    partitions.push({ partitionIndex, partitionSize: log.sizeBytes, offsetLag: 0, isFutureKey: false })
  }
  return { name: topic.name, partitions }
}

export const handleDescribeLogDirs = handler(apis.describeLogDirs, describeLogDirs)
