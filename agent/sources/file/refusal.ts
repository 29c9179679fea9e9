/** What the system says, and not the content of the file. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

/** What to do about a file that cannot be read. */
export function remedyOf({ isArchive }: { isArchive: boolean }, code: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'let the agent read it, or exclude it'
  if (isArchive && !/^E[A-Z]+$/.test(code)) return 'it is cut or damaged, what stands before that is taken'
  return 'it is tried again'
}
