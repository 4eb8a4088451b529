import { expect, test, vi } from 'vitest'

test('where the library of charts cannot be fetched, it is tried again when there is something to draw', async () => {
  vi.useFakeTimers()
  let tries = 0
  let seen
  vi.doMock('../src/charts/chart.js', () => {
    tries += 1
    throw new TypeError('Failed to fetch dynamically imported module')
  })
  vi.stubGlobal('IntersectionObserver', class { constructor(callback) { seen = callback } observe() {} })
  const { draw } = await import('../src/charts/draw.js')
  const canvas = document.createElement('canvas')
  for (const expected of [1, 2]) {
    draw(canvas, () => ({}), 'a chart')
    seen([{ target: canvas, isIntersecting: true }])
    await vi.advanceTimersByTimeAsync(100)
    await vi.waitFor(() => expect(tries).toBe(expected))
  }
})
