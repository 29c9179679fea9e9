import type { Detector } from './detector.ts'

/** The id of this process's container, by its cgroup (version 1) or where its host name is mounted from (version 2). */
export const detectContainer: Detector = ({ readFile }) => ({
  'container.id':
    /[/:-]([0-9a-f]{64})(?:\.scope)?$/m.exec(readFile('/proc/self/cgroup') ?? '')?.[1] ??
    /\/(?:containers|sandboxes|overlay-containers)\/([0-9a-f]{64})\//.exec(
      readFile('/proc/self/mountinfo') ?? '',
    )?.[1],
})
