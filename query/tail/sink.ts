/** Where a tail sends its events. */
export interface TailSink {
  /** `id` says where in the topic the event leaves off; '' where that is nowhere. Resolves when there is room for more. */
  send(event: 'log' | 'dropped' | 'heartbeat', data: object, id: string): Promise<void>
  /** The one who follows is gone. */
  readonly isGone: boolean
  onGone(listener: () => void): void
}
