// npm install wechatpay-axios-plugin
const http = require('node:http')
const { Aes, Formatter, Rsa, Wechatpay } = require('wechatpay-axios-plugin')

const env = process.env
const publicKey = `file://${env.WECHATPAY_PUBLIC_KEY}`
const platformKey = Rsa.from(publicKey, Rsa.KEY_TYPE_PUBLIC)
const wxpay = new Wechatpay({
  mchid: env.WECHATPAY_MCHID,
  serial: env.WECHATPAY_SERIAL,
  privateKey: Rsa.from(`file://${env.WECHATPAY_PRIVATE_KEY}`),
  certs: { [env.WECHATPAY_PUBLIC_KEY_ID]: platformKey },
  baseURL: env.WECHATPAY_BASE_URI,
})

// What a notice says; nothing if it is old, or not signed by WeChat Pay.
function open(headers, body) {
  const time = headers['wechatpay-timestamp'] ?? ''
  const signed = Formatter.response(time, headers['wechatpay-nonce'] ?? '', body)
  const isFresh = Math.abs(Date.now() / 1000 - Number(time)) <= 300
  const isKnown = headers['wechatpay-serial'] === env.WECHATPAY_PUBLIC_KEY_ID
  const signature = headers['wechatpay-signature'] ?? ''
  if (!isFresh || !isKnown || !Rsa.verify(signed, signature, platformKey)) return null
  const { ciphertext, nonce, associated_data: aad } = JSON.parse(body).resource
  const key = env.WECHATPAY_API_V3_KEY
  return JSON.parse(Aes.AesGcm.decrypt(ciphertext, key, nonce, aad))
}

const server = http.createServer(async (request, response) => {
  const pieces = []
  for await (const piece of request) pieces.push(piece)
  const order = open(request.headers, Buffer.concat(pieces).toString())
  response.writeHead(order ? 204 : 401).end()
  if (order) console.log(`${order.out_trade_no} ${order.trade_state}`)
})

server.listen(Number(env.PORT ?? 3000), '127.0.0.1', async () => {
  const order = await wxpay.v3.pay.transactions.native.post({
    appid: env.WECHATPAY_SIM_APPID,
    mchid: env.WECHATPAY_MCHID,
    description: 'a book',
    out_trade_no: 'B-00001',
    notify_url: `http://127.0.0.1:${server.address().port}/paid`,
    amount: { total: 100, currency: 'CNY' },
  })
  console.log(order.data.code_url)
})
