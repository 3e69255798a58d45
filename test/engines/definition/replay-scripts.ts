import { runsOf } from './maintenance-scripts.ts'
import { fails, failsOnce, value } from './script.ts'

const round = (isDone: boolean) => ({ isDone, sent: 500 })

export const REPLAYS = runsOf(
  {
    StartReplay: value({ run: 'replay-a', execution: 'arn:replay', startedAt: '' }),
    SendEvents: value(round(true)),
    RecordReplay: value({ subject: 's', message: 'm' }),
  },
  {
    'all goes well': {},
    'it takes three calls': {
      SendEvents: [{ value: round(false) }, { value: round(false) }, { value: round(true) }],
    },
    'the range has no events': { StartReplay: fails('InvalidInputError') },
    'the stream has no room for a while': { SendEvents: failsOnce('StreamThrottledError', round(true)) },
    'a call is lost': { SendEvents: failsOnce('Lambda.ServiceException', round(true)) },
    'an object is damaged': { SendEvents: fails('UnreadableObjectError') },
  },
)
