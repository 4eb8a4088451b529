import { beforeEach, describe, expect, test, vi } from 'vitest'
import { chosen, latest, listed, older } from '../src/fetched.js'
import { goldenFirst, goldenRuns } from './golden.js'

const reply = (status, body = '') => ({ status, text: async () => (typeof body === 'string' ? body : JSON.stringify(body)) })
const first = goldenFirst()
const address = `runs/${first.run_id}/data.json`
const UNTOUCHED = { run: null, against: null }

let answers, asked

beforeEach(() => {
  answers = { 'runs.json': reply(200, goldenRuns()), [address]: reply(200, first) }
  asked = []
  vi.stubGlobal('fetch', async (url) => {
    asked.push(url)
    return answers[url] ?? reply(403)
  })
})

test('an answer that comes after a later question is none', async () => {
  const answer = {}
  const ask = latest((name) => new Promise((resolve) => { answer[name] = () => resolve(name) }))
  const [slow, fast] = [ask('slow'), ask('fast')]
  answer.fast()
  answer.slow()
  expect([await slow, await fast]).toEqual([null, 'fast'])
})

describe('the chosen runs', () => {
  test('are fetched, but not the newest, nor what is known', async () => {
    expect(await chosen({ run: first.run_id, against: null }, 'newest', [])).toEqual({ shown: first, missing: null, other: null, otherNote: null })
    expect(asked).toEqual([address])
    expect(await chosen({ run: 'newest', against: first.run_id }, 'newest', [null, first])).toMatchObject({ shown: null, missing: null, other: first })
    expect(asked).toEqual([address])
  })

  test.each([
    [reply(403), 'was not found.'],
    [reply(500), 'could not be loaded. The server answered with HTTP 500.'],
    [reply(200, '{'), `could not be loaded. ${address} is not valid JSON.`],
  ])('that cannot be had are told with the reason', async (answer, text) => {
    answers[address] = answer
    expect(await chosen({ ...UNTOUCHED, run: first.run_id }, 'newest', [])).toMatchObject({ shown: null, missing: `The run in this address ${text} This is the newest.` })
    expect(await chosen({ ...UNTOUCHED, against: first.run_id }, 'newest', [])).toMatchObject({ other: null, otherNote: `The run to compare with ${text}` })
  })
})

describe('the list of runs', () => {
  const [oldest] = goldenRuns().runs

  beforeEach(() => {
    answers['runs.json'] = reply(200, { ...goldenRuns(), older: 1 })
    answers['older_runs.json'] = reply(200, { schema_version: 1, runs: [oldest] })
  })

  test('has the older ones only where all are wanted', async () => {
    expect(await listed({ isAll: false })).toEqual({ runs: { ...goldenRuns(), older: 1 }, runsNote: null })
    expect(asked).toEqual(['runs.json'])
    expect(await listed({ isAll: true })).toMatchObject({ older: [oldest], olderNote: null })
  })

  test('asks for no older ones where there are none', async () => {
    answers['runs.json'] = reply(200, goldenRuns())
    await listed({ isAll: true })
    expect(asked).toEqual(['runs.json'])
  })

  test('that cannot be had leaves the last one, and that is said; earlier releases had none', async () => {
    answers['runs.json'] = reply(500)
    expect(await listed({ isAll: false })).toEqual({ runsNote: 'The list of runs could not be loaded. The server answered with HTTP 500. Reload the page to try again.' })
    answers['runs.json'] = reply(403)
    expect(await listed({ isAll: false })).toEqual({ runsNote: null })
  })

  test.each([[403, 'was not found.'], [404, 'was not found.'], [503, 'could not be loaded. The server answered with HTTP 503.']])(
    'HTTP %i for the older ones is said', async (status, text) => {
      answers['older_runs.json'] = reply(status)
      expect(await older()).toEqual({ olderNote: `The list of older runs ${text}` })
    })
})
