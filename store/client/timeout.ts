/** Whether a request was given up since the store had not answered in the time that the client gives it. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Timeout error.'
}
