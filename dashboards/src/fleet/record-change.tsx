import type { RulesPreviewAnswer } from '../../../query/index.ts'
import styles from './record-change.module.css'
import { changesOf } from './record-changes.ts'

type Example = RulesPreviewAnswer['rules'][number]['examples'][number]

/** One line before a rule and behind it: what is gone, what is new, and what it is about. */
export function RecordChange({ before, after }: Example) {
  const title = [before.time, before.service, before.host].filter(Boolean).join(' · ')
  return (
    <figure className={styles['change']} aria-label={title}>
      <figcaption>
        {title}
        {after === undefined && <strong> is left out</strong>}
      </figcaption>
      <dl>
        {changesOf(before, after).map(({ name, was, is }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {was !== undefined && was !== is && <del>{was}</del>}
              {is !== undefined && was !== is && <ins>{is}</ins>}
              {was === is && <span>{was}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </figure>
  )
}
