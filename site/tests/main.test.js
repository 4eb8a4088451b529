import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { goldenData, goldenFirst, goldenReceipt, goldenRuns, manyRuns, pageMarkup } from './golden.js'

vi.mock('../src/charts/draw.js', () => ({ draw: vi.fn(), drawAll: vi.fn(), erase: vi.fn() }))

const $ = (id) => document.getElementById(id)
const reply = (status, body) => ({ status, text: async () => (typeof body === 'string' ? body : JSON.stringify(body)) })
const shown = () => ['empty-state', 'error-state', 'headline'].filter((id) => !$(id).hidden)
const first = goldenFirst()
const address = async () => {
  await vi.advanceTimersByTimeAsync(300)
  return location.search
}
const poll = () => vi.advanceTimersByTimeAsync(4000)

let answers, asked, listeners

beforeEach(() => {
  vi.useFakeTimers()
  vi.resetModules()
  document.body.innerHTML = new DOMParser().parseFromString(pageMarkup(), 'text/html').body.innerHTML
  history.replaceState(null, '', '/')
  delete document.documentElement.dataset.theme
  answers = { 'data.json': reply(200, goldenData()), 'receipt.json': reply(403, ''), 'runs.json': reply(200, goldenRuns()), [`runs/${first.run_id}/data.json`]: reply(200, first) }
  asked = []
  vi.stubGlobal('fetch', async (url) => {
    asked.push(url)
    if (answers[url] instanceof Error) throw answers[url]
    return answers[url] ?? reply(403, '')
  })
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {} }))
  const kept = new Map()
  vi.stubGlobal('localStorage', { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) })
  listeners = vi.spyOn(globalThis, 'addEventListener')
  Object.defineProperty(document, 'fonts', { value: { ready: Promise.resolve() }, configurable: true })
})

afterEach(() => {
  // Every test imports the page anew; the one before must not hear the next one's events.
  for (const [type, listener] of listeners.mock.calls) removeEventListener(type, listener)
  vi.restoreAllMocks()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

async function start() {
  await import('../src/main.js')
  await vi.advanceTimersByTimeAsync(0)
}

describe('the page', () => {
  test('waits for the first upload, then changes by itself', async () => {
    answers['data.json'] = reply(403, '')
    await start()
    expect(shown()).toEqual(['empty-state'])
    expect($('empty-state').textContent).toContain('One row per customer, with what you know of them in numbers')
    answers['data.json'] = reply(200, goldenData())
    await poll()
    expect(shown()).toEqual(['headline'])
    expect($('toast').textContent).toBe('Updated with sample_customers.csv')
  })

  test('shows the first result without announcing it, and announces the next', async () => {
    await start()
    expect(shown()).toEqual(['headline'])
    expect($('toast').textContent).toBe('')
    const next = goldenData()
    Object.assign(next, { run_id: 'f'.repeat(16), customers: 42, source: { ...next.source, name: 'spring.csv' } })
    answers['data.json'] = reply(200, next)
    await poll()
    expect($('toast').textContent).toBe('Updated with spring.csv')
    expect($('customer-count').textContent).toBe('42')
  })

  test('a refused upload leaves the result in place', async () => {
    answers['receipt.json'] = reply(200, goldenReceipt())
    await start()
    expect(shown()).toEqual(['headline'])
    expect($('receipt-notice').hidden).toBe(false)
  })

  test('a refusal on an open page is announced once, for readers far from the notice', async () => {
    await start()
    answers['receipt.json'] = reply(200, goldenReceipt())
    await poll()
    expect($('toast').textContent).toBe('holiday photo.csv was not used; the top of the page says more')
    $('toast').textContent = ''
    await poll()
    expect($('toast').textContent).toBe('')
  })

  test('a refused first upload is told beside the empty state', async () => {
    answers = { 'data.json': reply(404, ''), 'receipt.json': reply(200, goldenReceipt()) }
    await start()
    expect(shown()).toEqual(['empty-state'])
    expect($('receipt-notice').hidden).toBe(false)
  })

  test.each([['broken JSON', '{', 'not valid JSON'], ['a form it does not know', { schema_version: 2 }, 'does not have the form']])(
    'says so when data.json is %s', async (_, body, text) => {
      vi.spyOn(console, 'error').mockImplementation(() => {})
      answers['data.json'] = reply(200, body)
      await start()
      expect(shown()).toEqual(['error-state'])
      expect($('error-state').textContent).toContain(text)
    })

  test('says quietly what the trouble is, and keeps the result', async () => {
    await start()
    answers['data.json'] = reply(503, '')
    await poll()
    expect(shown()).toEqual(['headline'])
    expect($('connection').textContent).toBe('Trying again…')
    expect($('offline-notice').textContent).toContain('The server answered with HTTP 503. This is the result of')
  })

  test('keeps the mode in the address', async () => {
    await start()
    document.querySelector('[data-mode="multivariate"]').click()
    expect(await address()).toBe('?mode=multivariate')
    expect($('segments').textContent).toContain('Older Thrifty Minimalists')
  })

  test.each(['?mode=multivariate', '#multivariate'])('starts in the mode of the address: %s', async (where) => {
    history.replaceState(null, '', where)
    await start()
    expect($('segments').textContent).toContain('Older Thrifty Minimalists')
  })

  test('a segment in focus is in the address, until Escape lets go of it', async () => {
    await start()
    document.querySelector('#segments [data-focus="2"]').click()
    expect(await address()).toBe('?focus=2')
    expect(document.querySelector('#segments [data-segment="2"]').dataset.lit).toBe('on')
    expect(document.querySelector('#segments [data-segment="3"]').dataset.lit).toBe('off')
    document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
    expect(await address()).toBe('')
    expect(document.querySelector('#segments [data-segment="2"]').dataset.lit).toBe('')
  })

  test('another mode has other segments: what was chosen of them is let go', async () => {
    history.replaceState(null, '', '?focus=2&hide=3&pair=1,2&what.age=40')
    await start()
    document.querySelector('[data-mode="multivariate"]').click()
    expect(await address()).toBe('?mode=multivariate&what.age=40')
  })

  test('answers that come before the page is painted again are all kept', async () => {
    await start()
    // Nothing is in view: every panel waits.
    vi.stubGlobal('innerHeight', -1)
    for (const [question, value] of [['age', '25'], ['income', '95']]) {
      const field = document.querySelector(`#whatif-panel [type="number"][data-question="${question}"]`)
      field.value = value
      field.dispatchEvent(new Event('input', { bubbles: true }))
    }
    expect(await address()).toBe('?what.age=25&what.income=95')
    expect(document.querySelector('#whatif-panel [type="number"][data-question="age"]').value).toBe('25')
  })

  test('an earlier run is shown by its address, and left by Back', async () => {
    await start()
    document.querySelector(`[data-look="${first.run_id}"]`).click()
    await vi.advanceTimersByTimeAsync(0)
    expect(location.search).toBe(`?run=${first.run_id}`)
    expect($('customer-count').textContent).toBe('275')
    history.replaceState(null, '', '/')
    dispatchEvent(new PopStateEvent('popstate'))
    await vi.advanceTimersByTimeAsync(0)
    expect($('customer-count').textContent).toBe('300')
    expect($('run-banner').hidden).toBe(true)
  })

  test('where the earlier run of an address cannot be had, the newest is shown and that is said', async () => {
    history.replaceState(null, '', '?run=aaaaaaaaaaaaaaaa')
    await start()
    expect($('customer-count').textContent).toBe('300')
    expect($('run-banner').textContent).toContain('The run in this address was not found. This is the newest.')
  })

  describe('with an answer that takes long', () => {
    const [slow, fast] = ['a', 'b'].map((letter) => letter.repeat(16))
    const address = (id) => `runs/${id}/data.json`
    const look = (query) => {
      history.replaceState(null, '', query)
      dispatchEvent(new PopStateEvent('popstate'))
      return vi.advanceTimersByTimeAsync(0)
    }
    let answer

    beforeEach(() => {
      answers[address(slow)] = new Promise((resolve) => { answer = () => resolve(reply(200, { ...first, run_id: slow, customers: 111 })) })
      answers[address(fast)] = reply(200, { ...first, run_id: fast, customers: 222 })
    })

    test.each([['another run', `?run=${fast}`, '222'], ['the newest', '/', '300']])('%s, chosen later, stays', async (_, query, customers) => {
      await start()
      await look(`?run=${slow}`)
      await look(query)
      expect($('customer-count').textContent).toBe(customers)
      answer()
      await vi.advanceTimersByTimeAsync(0)
      expect($('customer-count').textContent).toBe(customers)
    })

    test('the newest is not called an earlier run until that has come', async () => {
      await start()
      await look(`?run=${slow}`)
      document.querySelector('#theme-switch [value="dark"]').dispatchEvent(new Event('change', { bubbles: true }))
      await vi.advanceTimersByTimeAsync(100)
      expect($('run-banner').hidden).toBe(true)
    })

    test('another run to compare with, chosen later, stays', async () => {
      await start()
      await look(`?against=${slow}`)
      await look(`?against=${fast}`)
      answer()
      await vi.advanceTimersByTimeAsync(0)
      expect($('against-panel').textContent).toContain('against 222')
    })

    test('the choice made before a new upload is shown all the same', async () => {
      await start()
      await look(`?run=${slow}`)
      answers['data.json'] = reply(200, { ...goldenData(), run_id: 'f'.repeat(16) })
      await poll()
      answer()
      await vi.advanceTimersByTimeAsync(0)
      expect($('customer-count').textContent).toBe('111')
      expect($('run-banner').textContent).toContain('You are looking at an earlier run')
    })

    test('a list of runs that comes late does not take back a newer one', async () => {
      let late
      answers['runs.json'] = new Promise((resolve) => { late = () => resolve(reply(200, goldenRuns())) })
      await start()
      const { runs } = manyRuns(10, 0)
      answers['data.json'] = reply(200, { ...goldenData(), generated_at: '2026-02-01T00:00:00Z' })
      answers['runs.json'] = reply(200, runs)
      await poll()
      late()
      await vi.advanceTimersByTimeAsync(0)
      expect(document.querySelectorAll('#history-panel tbody tr')).toHaveLength(10)
    })
  })

  test('an earlier run stays on the page while there is no connection', async () => {
    history.replaceState(null, '', `?run=${first.run_id}`)
    await start()
    answers['data.json'] = answers[`runs/${first.run_id}/data.json`] = new TypeError('Failed to fetch')
    await poll()
    expect($('offline-notice').textContent).toContain('No connection. This is the result of')
    expect($('customer-count').textContent).toBe('275')
    expect($('run-banner').textContent).toContain('You are looking at an earlier run')
  })

  describe('the older runs', () => {
    const more = () => document.querySelector('#history-panel [data-slot="more"]')
    const rows = () => document.querySelectorAll('#history-panel tbody tr').length
    const notes = () => document.querySelector('#history-panel [role="status"]').textContent
    const press = async () => {
      more().focus()
      more().click()
      await vi.advanceTimersByTimeAsync(0)
    }

    beforeEach(() => {
      const { runs, older } = manyRuns(100, 69)
      answers['runs.json'] = reply(200, runs)
      answers['older_runs.json'] = reply(200, { schema_version: 1, runs: older })
    })

    test('are fetched when somebody asks for them, and only then', async () => {
      await start()
      await poll()
      expect(rows()).toBe(50)
      expect(asked).not.toContain('older_runs.json')
      await press()
      expect([rows(), notes()]).toEqual([169, 'All 169 runs'])
      expect(asked.filter((url) => url === 'older_runs.json')).toHaveLength(1)
      expect(document.activeElement.closest('tr').rowIndex).toBe(51)
    })

    test('are not asked for where there are none', async () => {
      answers['runs.json'] = reply(200, manyRuns(169, 0).runs)
      await start()
      await press()
      expect(rows()).toBe(169)
      expect(asked).not.toContain('older_runs.json')
    })

    test('keep the focus on the button and say so while they are awaited, and where there are none after all', async () => {
      let answer
      answers['older_runs.json'] = new Promise((resolve) => { answer = () => resolve(reply(403, '')) })
      await start()
      await press()
      expect([rows(), notes()]).toEqual([50, '50 of 169 runs · Loading the older ones…'])
      answer()
      await vi.advanceTimersByTimeAsync(0)
      expect([rows(), notes()]).toEqual([100, '100 of 169 runs · The list of older runs was not found.'])
      expect(document.activeElement).toBe(more())
    })

    test('are asked for again with the next upload, as one of the others has become older', async () => {
      await start()
      await press()
      const { runs, older } = manyRuns(100, 70)
      const newest = { ...runs.runs.at(-1), run_id: 'e'.repeat(16) }
      answers['runs.json'] = reply(200, { ...runs, runs: [...runs.runs.slice(1), newest] })
      answers['older_runs.json'] = reply(200, { schema_version: 1, runs: [...older, runs.runs[0]] })
      answers['data.json'] = reply(200, { ...goldenData(), run_id: newest.run_id })
      await poll()
      expect([rows(), notes()]).toEqual([171, 'All 171 runs'])
    })
  })

  test('says so where the list of runs cannot be loaded', async () => {
    answers['runs.json'] = reply(500, '')
    await start()
    expect($('history-panel').hidden).toBe(false)
    expect($('history-panel').textContent).toContain('The list of runs could not be loaded. The server answered with HTTP 500. Reload the page to try again.')
  })

  test('the switch of colours is kept', async () => {
    await start()
    const light = document.querySelector('#theme-switch [value="dark"]')
    light.checked = true
    light.dispatchEvent(new Event('change', { bubbles: true }))
    expect(document.documentElement.dataset.theme).toBe('dark')
    expect(localStorage.getItem('theme')).toBe('dark')
  })

  test('says so where the first answer takes long', async () => {
    answers['data.json'] = new Promise(() => {})
    await start()
    expect($('slow').hidden).toBe(true)
    await vi.advanceTimersByTimeAsync(6000)
    expect($('slow').hidden).toBe(false)
  })
})

describe('the markup', () => {
  test('has no inline script, style or event handler, which its policy would block', () => {
    const page = new DOMParser().parseFromString(pageMarkup(), 'text/html')
    expect(page.querySelector('meta[http-equiv="Content-Security-Policy"]').content).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'")
    expect(page.querySelectorAll('script:not([src]), style, [style]')).toHaveLength(0)
    expect([...page.querySelectorAll('*')].flatMap((node) => node.getAttributeNames()).filter((name) => name.startsWith('on'))).toEqual([])
  })
})
