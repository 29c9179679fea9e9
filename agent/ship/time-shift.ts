const hourMs = 3_600_000
/** Doubling from an hour, both ways: beyond about two years of shift the sides swap again from the start. */
const steps = 30

/**
 * By how much record times are moved for brokers that refuse them: its clock, or ours, is hours off (Kafka's
 * message.timestamp.before.max.ms and …after.max.ms). What was collected is worth more than when the batch was made;
 * the times of the lines inside stay as they are.
 */
export class TimeShift {
  ms = 0
  #step = 0

  /** The next shift to try: an hour back, an hour on, two hours back, and so on. */
  widen(): void {
    const size = hourMs * 2 ** Math.floor(this.#step / 2)
    this.ms = this.#step % 2 === 0 ? -size : size
    this.#step = (this.#step + 1) % steps
  }
}
