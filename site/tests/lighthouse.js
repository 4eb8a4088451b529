// Prints Lighthouse's report on a page, by its mobile preset:
// node tests/lighthouse.js '{ "url": …, "categories": […], "chromium": {…}, "slowdown": 1, "limit": milliseconds }'
import lighthouse from 'lighthouse'
import { Fetcher } from 'lighthouse/core/gather/fetcher.js'
import { ProtocolSession } from 'lighthouse/core/gather/session.js'
import puppeteer from 'puppeteer-core'

const { url, categories, chromium, slowdown, limit } = JSON.parse(process.argv[2])

// Lighthouse gives up after half a minute, in places after seconds, and no setting changes that.
ProtocolSession.prototype.getNextProtocolTimeout = () => limit
const { fetchResource } = Fetcher.prototype
Fetcher.prototype.fetchResource = function (address) {
  return fetchResource.call(this, address, { timeout: limit })
}

const browser = await puppeteer.launch({ ...chromium, timeout: limit, protocolTimeout: limit })
try {
  const page = await browser.newPage()
  await page.emulateCPUThrottling(slowdown)
  const settings = { onlyCategories: categories, maxWaitForFcp: limit, maxWaitForLoad: limit, disableFullPageScreenshot: true }
  const { report } = await lighthouse(url, settings, undefined, page)
  console.log(report)
} finally {
  await browser.close()
}
