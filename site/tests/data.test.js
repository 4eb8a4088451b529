import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { load, Unreachable, Unreadable, watch } from '../src/data.js'
import { goldenData, goldenReceipt } from './golden.js'

const reply = (status, body = '') => ({ status, text: async () => (typeof body === 'string' ? body : JSON.stringify(body)) })

describe('load', () => {
  test('asks for a fresh copy and returns the document', async () => {
    const fetch = vi.fn(async () => reply(200, goldenData()))
    expect(await load('data.json', fetch)).toEqual(goldenData())
    expect(fetch).toHaveBeenCalledWith('data.json', expect.objectContaining({ cache: 'no-cache' }))
  })

  test('marks that would turn the text around them are left out, of what is looked up by name as well', async () => {
    const segment = { name: 'Mainstream (\u202ex\u2069)', shares: { gender: { '\u202ex': 1 } } }
    const body = JSON.stringify({ schema_version: 2, segment })
    expect((await load('data.json', async () => reply(200, body))).segment).toEqual({ name: 'Mainstream (x)', shares: { gender: { x: 1 } } })
  })

  test.each([403, 404])('HTTP %i means that there is nothing yet', async (status) => {
    expect(await load('data.json', async () => reply(status))).toBeNull()
  })

  test.each([
    ['HTTP 500', async () => reply(500), 'The server answered with HTTP 500.'],
    ['HTTP 503 with a page', async () => reply(503, '<html>'), 'The server answered with HTTP 503.'],
    ['the page of a network that wants a sign-in', async () => reply(200, '\n<!doctype html><title>Sign in</title>'),
      'A web page came back instead of the data; this network may want you to sign in first.'],
    ['no answer in time', async () => { throw new DOMException('signal timed out', 'TimeoutError') }, 'No answer within 20 seconds.'],
    ['an answer that does not end in time', async () => ({ status: 200, text: async () => { throw new DOMException('', 'TimeoutError') } }), 'No answer within 20 seconds.'],
    ['no connection', async () => { throw new TypeError('Failed to fetch') }, 'No connection.'],
  ])('%s is told as what it is', async (_, fetch, text) => {
    const failure = load('data.json', fetch)
    await expect(failure).rejects.toThrow(Unreachable)
    await expect(failure).rejects.toThrow(new Unreachable(text))
  })

  test('broken JSON is an error', async () => {
    const failure = load('data.json', async () => reply(200, '{"schema_version": 2,'))
    await expect(failure).rejects.toThrow(Unreadable)
    await expect(failure).rejects.toThrow('data.json is not valid JSON.')
  })

  test.each([[{ schema_version: 1 }], [{}], ['null']])('an unknown version is an error: %j', async (body) => {
    await expect(load('data.json', async () => reply(200, body))).rejects.toThrow('schema version')
  })
})

describe('watch', () => {
  let answers, fetch, page, snapshots, stop

  beforeEach(() => {
    vi.useFakeTimers()
    answers = { 'data.json': reply(200, goldenData()), 'receipt.json': reply(404) }
    fetch = vi.fn(async (url) => {
      if (answers[url] instanceof Error) throw answers[url]
      return answers[url]
    })
    page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
    snapshots = []
  })

  afterEach(() => {
    stop()
    vi.useRealTimers()
  })

  async function start() {
    stop = watch((snapshot) => snapshots.push(snapshot), { fetch, page, interval: 4000 })
    await vi.advanceTimersByTimeAsync(0)
  }

  async function show(visibilityState) {
    page.visibilityState = visibilityState
    page.dispatchEvent(new Event('visibilitychange'))
    await vi.advanceTimersByTimeAsync(0)
  }

  const poll = () => vi.advanceTimersByTimeAsync(4000)

  test('reports the first result at once, and stays quiet while nothing changes', async () => {
    await start()
    expect(snapshots).toEqual([{ data: goldenData(), receipt: null, error: null, trouble: null }])
    await poll()
    await poll()
    expect(fetch).toHaveBeenCalledTimes(6)
    expect(snapshots).toHaveLength(1)
  })

  test.each([['run_id', 'f'.repeat(16)], ['generated_at', '2026-02-01T00:00:00Z']])('reports a new %s', async (key, value) => {
    await start()
    answers['data.json'] = reply(200, { ...goldenData(), [key]: value })
    await poll()
    expect(snapshots).toHaveLength(2)
    expect(snapshots[1].data[key]).toBe(value)
  })

  test('reports a new receipt', async () => {
    await start()
    answers['receipt.json'] = reply(200, goldenReceipt())
    await poll()
    expect(snapshots).toHaveLength(2)
    expect(snapshots[1].receipt).toEqual(goldenReceipt())
  })

  test('goes from nothing yet to the first result', async () => {
    answers['data.json'] = reply(403)
    await start()
    expect(snapshots[0]).toMatchObject({ data: null, error: null })
    answers['data.json'] = reply(200, goldenData())
    await poll()
    expect(snapshots[1].data).toEqual(goldenData())
  })

  test('keeps the data through every trouble, and says which it is until it is over', async () => {
    await start()
    answers['data.json'] = new TypeError('Failed to fetch')
    await poll()
    expect(snapshots[1]).toMatchObject({ data: goldenData(), error: null, trouble: 'No connection.' })
    answers['data.json'] = reply(500)
    await poll()
    expect(snapshots[2]).toMatchObject({ data: goldenData(), error: null, trouble: 'The server answered with HTTP 500.' })
    answers['data.json'] = reply(200, '<!doctype html>')
    await poll()
    expect(snapshots[3]).toMatchObject({ data: goldenData(), error: null, trouble: expect.stringContaining('sign in') })
    answers['data.json'] = reply(200, goldenData())
    await poll()
    expect(snapshots[4]).toMatchObject({ data: goldenData(), trouble: null })
  })

  test('reports broken data instead of showing what came before it', async () => {
    await start()
    answers['data.json'] = reply(200, '{')
    await poll()
    expect(snapshots[1]).toMatchObject({ data: null, error: 'data.json is not valid JSON.' })
  })

  test('a broken receipt does not stand in the way of the data', async () => {
    answers['receipt.json'] = reply(200, '{')
    await start()
    expect(snapshots[0]).toMatchObject({ data: goldenData(), receipt: null, error: null })
  })

  test('rests while the tab is hidden, and looks at once when it is visible again', async () => {
    await start()
    await show('hidden')
    await poll()
    await poll()
    expect(fetch).toHaveBeenCalledTimes(2)
    await show('visible')
    expect(fetch).toHaveBeenCalledTimes(4)
    await poll()
    expect(fetch).toHaveBeenCalledTimes(6)
  })
})
