import { OperatingError } from '../../lib/base/index.ts'
import type { StoredSeries } from './stored-series.ts'

export const maxSeries = 10_000
export const maxSamples = 5_000_000
/** Samples that are looked at one series after the other. */
export const maxRead = 20_000_000
/** About what a histogram takes in place of a number. */
export const samplesPerHistogram = 40

/** Of what is held at once. Errors: TOO_MUCH. */
export function refuseTooMuch(series: number, samples: number): void {
  if (series > maxSeries || samples > maxSamples) throw tooMuch(series, samples, maxSamples)
}

export function tooMuch(series: number, samples: number, most: number): OperatingError {
  return new OperatingError(
    'TOO_MUCH',
    `the selector takes ${series} series with ${samples} samples, at most ${maxSeries} and ${most} are possible: add a label or shorten the range`,
  )
}

/** How many samples a series has, histograms for what they take. */
export function sizeOf({ samples, histograms }: StoredSeries): number {
  return samples.timesMs.length + (histograms?.timesMs.length ?? 0) * samplesPerHistogram
}
