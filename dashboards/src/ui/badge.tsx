import styles from './badge.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'plain'

/** A state in a word. */
export function Badge({ tone, children }: { tone: Tone; children: string }) {
  return <span className={styles[tone]}>{children}</span>
}
