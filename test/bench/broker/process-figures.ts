import { readFileSync } from 'node:fs'

const ticksPerSecond = 100

/** Processor seconds a process has used so far (proc(5), /proc/PID/stat). */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** Resident memory now, MiB. */
export function residentMiBOf(pid: number): number {
  return statusOf(pid, 'VmRSS')
}

/** Largest resident memory so far, MiB. */
export function peakMiBOf(pid: number): number {
  return statusOf(pid, 'VmHWM')
}

function statusOf(pid: number, key: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024
}
