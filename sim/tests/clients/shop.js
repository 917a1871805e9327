// A shop on wechatpay-axios-plugin, against the simulator: the settings are the snippet that the simulator gives.
'use strict'

const assert = require('node:assert/strict')
const { createHash } = require('node:crypto')
const http = require('node:http')
const { Rsa, Formatter, Aes: { AesGcm } } = require('wechatpay-axios-plugin')

const ORDER = 'NODE-000001'
const REFUND = 'NODE-R00001'
const { WECHATPAY_SIM_API: api, WECHATPAY_SIM_APPID: appid, WECHATPAY_MCHID: mchid, SUMS: sums } = process.env

async function control(method, path, body = {}) {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch(api + path, { method, headers, body: method === 'GET' ? undefined : JSON.stringify(body) })
  assert.ok(answer.ok, `${path}: ${answer.status}`)
  return answer.json()
}

/** Where notices come in; each is answered with 204, and given to the one who waits. */
async function receiver() {
  const come = []
  const waiting = []
  const server = http.createServer(async (request, response) => {
    const pieces = []
    for await (const piece of request) pieces.push(piece)
    response.writeHead(204).end()
    const notice = { headers: request.headers, body: Buffer.concat(pieces).toString() }
    waiting.length ? waiting.shift()(notice) : come.push(notice)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const next = () => (come.length ? Promise.resolve(come.shift()) : new Promise((resolve) => waiting.push(resolve)))
  return { url: `http://127.0.0.1:${server.address().port}/notify`, next, close: () => server.close() }
}

async function main() {
  const snippet = await (await fetch(`${api}env?format=node`)).text()
  const { wxpay, platformKey, apiV3Key } = new Function('require', `${snippet}\nreturn { wxpay, platformKey, apiV3Key }`)(require)

  /** What a notice says, if it is signed by the platform. */
  function open({ headers, body }) {
    const signed = (text) => Formatter.response(headers['wechatpay-timestamp'], headers['wechatpay-nonce'], text)
    const signature = headers['wechatpay-signature']
    assert.ok(Rsa.verify(signed(body), signature, platformKey))
    assert.ok(!Rsa.verify(signed(`${body} `), signature, platformKey))
    const { event_type: event, resource: { ciphertext, nonce, associated_data: aad } } = JSON.parse(body)
    return [event, JSON.parse(AesGcm.decrypt(ciphertext, apiV3Key, nonce, aad))]
  }

  const notices = await receiver()
  const order = await wxpay.v3.pay.transactions.native.post({
    appid, mchid, description: '一杯茶', out_trade_no: ORDER, notify_url: notices.url, amount: { total: 10000, currency: 'CNY' },
  })
  assert.match(order.data.code_url, /^weixin:/)

  await control('POST', `orders/${ORDER}/pay`, { payer: 'alice' })
  const [paidEvent, paid] = open(await notices.next())
  assert.deepEqual([paidEvent, paid.out_trade_no, paid.trade_state, paid.amount.total], ['TRANSACTION.SUCCESS', ORDER, 'SUCCESS', 10000])

  const query = await wxpay.v3.pay.transactions.outTradeNo.$number$.get({ number: ORDER, params: { mchid } })
  assert.deepEqual([query.data.trade_state, query.data.transaction_id], ['SUCCESS', paid.transaction_id])

  const refund = await wxpay.v3.refund.domestic.refunds.post({
    out_trade_no: ORDER, out_refund_no: REFUND, notify_url: notices.url, reason: '凉了',
    amount: { refund: 3000, total: 10000, currency: 'CNY' },
  })
  assert.equal(refund.data.status, 'PROCESSING')
  await control('POST', `refunds/${REFUND}/result`, { status: 'SUCCESS' })
  const [refundEvent, refunded] = open(await notices.next())
  assert.deepEqual([refundEvent, refunded.out_refund_no, refunded.refund_status, refunded.amount.refund], ['REFUND.SUCCESS', REFUND, 'SUCCESS', 3000])

  await control('PATCH', 'settings', { bills: { immediate: true } })
  const date = (await control('GET', 'clock')).now.slice(0, 10)
  const bill = await wxpay.v3.bill.tradebill.get({ params: { bill_date: date, bill_type: 'ALL' } })
  const params = Object.fromEntries(new URL(bill.data.download_url).searchParams)
  const file = await wxpay.v3.billdownload.file.get({ params, responseType: 'arraybuffer' })
  const bytes = Buffer.from(file.data)
  assert.equal(createHash('sha1').update(bytes).digest('hex'), bill.data.hash_value.toLowerCase())
  assert.equal(bytes.toString().trim().split('\r\n').pop(), sums)
  notices.close()
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
