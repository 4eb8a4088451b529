// Prints Lighthouse's report on a page, by its mobile preset:
// node tests/lighthouse.js '{ "url": …, "flags": {…}, "chrome": {…}, "limit": milliseconds }'
import { launch } from 'chrome-launcher'
import lighthouse from 'lighthouse'
import { Fetcher } from 'lighthouse/core/gather/fetcher.js'
import { ProtocolSession } from 'lighthouse/core/gather/session.js'

const { url, flags, chrome, limit } = JSON.parse(process.argv[2])

// Lighthouse gives up after half a minute, in places after seconds, and no setting changes that.
ProtocolSession.prototype.getNextProtocolTimeout = () => limit
const { fetchResource } = Fetcher.prototype
Fetcher.prototype.fetchResource = function (address) {
  return fetchResource.call(this, address, { timeout: limit })
}

const chromium = await launch({ ...chrome, connectionPollInterval: 500, maxConnectionRetries: limit / 500 })
try {
  const { report } = await lighthouse(url, { port: chromium.port, maxWaitForFcp: limit, maxWaitForLoad: limit, disableFullPageScreenshot: true, ...flags })
  console.log(report)
} finally {
  chromium.kill()
}
