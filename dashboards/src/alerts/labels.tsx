import { Badge } from '../ui/badge.tsx'

/** Labels but the name, each as a word. */
export function Labels({ labels }: { labels: Readonly<Record<string, string>> }) {
  return (
    <>
      {Object.entries(labels)
        .filter(([name]) => name !== 'alertname')
        .map(([name, value]) => (
          <span key={name}>
            <Badge tone="plain">{`${name}=${value}`}</Badge>{' '}
          </span>
        ))}
    </>
  )
}
