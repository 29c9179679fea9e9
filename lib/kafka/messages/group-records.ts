import { array, bytes, int32, int64, string, uuid } from '../schema/field.ts'
import { Message } from '../schema/message.ts'

// Keys and values of `__consumer_offsets` (each after a 16-bit version, or a 16-bit key type).

export const offsetCommitKey = new Message('OffsetCommitKey', {
  versions: [0, 0],
  flexible: null,
  fields: {
    group: string(),
    topic: string(),
    partition: int32(),
  },
})

export const offsetCommitValue = new Message('OffsetCommitValue', {
  versions: [0, 4],
  flexible: 4,
  fields: {
    offset: int64(),
    leaderEpoch: int32({ since: 3, default: -1, ignorable: true }),
    metadata: string(),
    commitTimestamp: int64(),
    expireTimestamp: int64({ since: 1, until: 1, default: -1, ignorable: true }),
    topicId: uuid({ since: 4, tag: 0, ignorable: true }),
  },
})

export const groupMetadataKey = new Message('GroupMetadataKey', {
  versions: [0, 0],
  flexible: null,
  fields: {
    group: string(),
  },
})

export const groupMetadataValue = new Message('GroupMetadataValue', {
  versions: [0, 4],
  flexible: 4,
  fields: {
    protocolType: string(),
    generation: int32(),
    protocol: string({ nullable: 0 }),
    leader: string({ nullable: 0 }),
    currentStateTimestamp: int64({ since: 2, default: -1, ignorable: true }),
    members: array({
      memberId: string(),
      groupInstanceId: string({ since: 3, nullable: 3, default: null, ignorable: true }),
      clientId: string(),
      clientHost: string(),
      rebalanceTimeout: int32({ since: 1, default: -1, ignorable: true }),
      sessionTimeout: int32(),
      subscription: bytes(),
      assignment: bytes(),
    }),
  },
})
