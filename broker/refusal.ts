import { errorCodes } from '../lib/kafka/index.ts'

/** Why something asked for is not done: Kafka's code and its words. */
export interface Refusal {
  errorCode: number
  errorMessage: string
}

export function refuse(name: keyof typeof errorCodes, errorMessage: string): Refusal {
  return { errorCode: errorCodes[name], errorMessage }
}
