import type { Logger } from '../../lib/base/index.ts'
import type { Resume } from './resume.ts'

/** Says where shipping goes on, if that is worth saying. */
export function noteResume(logger: Logger, resume: Resume, acked: number, topic: string): void {
  if (resume.kind === 'new-producer') {
    const attributes = { topic, why: resume.why, from: resume.offset }
    logger.warn(
      'taking a new producer id; batches sent but not known acknowledged may be there twice',
      attributes,
    )
  } else if (resume.note === 'broker-lost-data')
    logger.warn('the broker lost acknowledged batches, sending them again', {
      topic,
      from: resume.offset,
      acked,
    })
}
