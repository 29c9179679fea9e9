/** What the path of a container's log says of it. */
export interface ContainerPath {
  namespace: string
  pod: string
  container: string
  /** Of files below /var/log/pods. */
  podUid?: string
  /** Of links in /var/log/containers. */
  containerId?: string
}

/**
 * Reads the two names that the kubelet gives a container's log.
 * Source: kubernetes, pkg/kubelet/kuberuntime (legacy.go and kuberuntime_manager)
 *
 * @example
 * containerOf('/var/log/pods/shop_cart-7d9_0a1b/web/0.log')
 * // => { namespace: 'shop', pod: 'cart-7d9', podUid: '0a1b', container: 'web' }
 * containerOf('/var/log/containers/cart-7d9_shop_web-4f00.log')
 * // => { pod: 'cart-7d9', namespace: 'shop', container: 'web', containerId: '4f00' }
 */
export function containerOf(path: string): ContainerPath | undefined {
  const inPods = /\/pods\/([^/_]+)_([^/_]+)_([^/]+)\/([^/]+)\/[^/]+$/.exec(path)
  if (inPods !== null) {
    const [, namespace = '', pod = '', podUid = '', container = ''] = inPods
    return { namespace, pod, podUid, container }
  }
  const link = /\/([^/_]+)_([^/_]+)_([^/]+)-([0-9a-f]+)\.log$/.exec(path)
  if (link === null) return undefined
  const [, pod = '', namespace = '', container = '', containerId = ''] = link
  return { pod, namespace, container, containerId }
}
