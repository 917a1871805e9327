// A merchant's service in Node, by the community SDK, against the stand-in: tests/clients.rs starts it with the gateway's
// WECHATPAY_* variables. Each check is told in a line; the exit code is 1 if one of them failed.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { Agent } from 'node:https';
import plugin from 'wechatpay-axios-plugin';

const { Wechatpay, Rsa, Aes, Hash, Formatter, Multipart } = plugin;
const env = (name) => process.env[`WECHATPAY_${name}`];
const wxpay = new Wechatpay({
  mchid: env('MCHID'),
  serial: env('SERIAL'),
  privateKey: Rsa.from(env('PRIVATE_KEY'), Rsa.KEY_TYPE_PRIVATE),
  certs: { [env('PUBLIC_KEY_ID')]: Rsa.from(env('PUBLIC_KEY'), Rsa.KEY_TYPE_PUBLIC) },
  secret: env('SECRET'),
  merchant: { cert: env('CERTIFICATE'), key: env('PRIVATE_KEY') },
  baseURL: env('BASE_URI'),
  httpsAgent: new Agent({ ca: env('CA') }),
});

let failed = 0;
async function check(name, body) {
  try {
    await body();
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error?.response?.data ? JSON.stringify(error.response.data) : error.stack}`);
  }
}

// What a notification's handler does: verify, then decrypt; 401 for what is not genuine.
function notified(headers, body) {
  const [time, nonce, serial, signature] =
    ['timestamp', 'nonce', 'serial', 'signature'].map((name) => headers[`wechatpay-${name}`]);
  const key = serial === env('PUBLIC_KEY_ID') && Rsa.from(env('PUBLIC_KEY'), Rsa.KEY_TYPE_PUBLIC);
  if (!key || Math.abs(Formatter.timestamp() - time) > 300) return null;
  if (!Rsa.verify(Formatter.response(time, nonce, body), signature, key)) return null;
  const { ciphertext, nonce: iv, associated_data: aad } = JSON.parse(body).resource;
  return JSON.parse(Aes.AesGcm.decrypt(ciphertext, env('API_V3_KEY'), iv, aad));
}

const notices = [];
const server = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const resource = notified(request.headers, Buffer.concat(pieces).toString());
    notices.push({ names: request.rawHeaders.filter((_, at) => at % 2 === 0), resource });
    response.writeHead(resource ? 204 : 401).end();
    if (notices.length === 2) server.emit('notified');
  });
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const allNotified = new Promise((resolve) => server.once('notified', resolve));

await check('an order is made', async () => {
  const { data } = await wxpay.chain('v3/pay/transactions/native').post({
    mchid: env('MCHID'),
    appid: 'wx8888888888888888',
    description: '测试商品',
    out_trade_no: 'A20261121',
    notify_url: `http://127.0.0.1:${server.address().port}/notify`,
    amount: { total: 100 },
  });
  assert.deepEqual(data, { code_url: 'weixin://wxpay/bizpayurl?pr=A20261121' });
});

await check('a notification is accepted and a forged one refused', async () => {
  await allNotified;
  assert.deepEqual(notices.map(({ resource }) => resource), [{ out_trade_no: 'A1', trade_state: 'SUCCESS' }, null]);
  const expected = ['Request-ID', 'Content-Type', 'Wechatpay-Nonce', 'Wechatpay-Serial', 'Wechatpay-Signature', 'Wechatpay-Timestamp'];
  notices.forEach(({ names }) => expected.forEach((name) => assert(names.includes(name), `${name} in ${names}`)));
});

await check('a file is uploaded', async () => {
  const content = Buffer.from('\x89PNG\r\n\x1a\n not really', 'latin1');
  const meta = { filename: 'a.png', sha256: createHash('sha256').update(content).digest('hex') };
  const form = new Multipart().append('meta', JSON.stringify(meta)).append('file', content, 'a.png');
  const { data } = await wxpay.chain('v3/merchant/media/upload')
    .post(form.getBuffer(), { meta: form.toJSON(), headers: form.getHeaders() });
  assert.equal(data.media_id, 'media');
});

await check('a bill is downloaded', async () => {
  const { data } = await wxpay.chain('v3/bill/tradebill').get({ params: { bill_date: '2026-11-21' } });
  const token = new URL(data.download_url).searchParams.get('token');
  const file = await wxpay.chain('v3/billdownload/file').get({ params: { token }, responseType: 'arraybuffer' });
  assert.equal(createHash('sha1').update(file.data).digest('hex'), data.hash_value);
  const { rows, summary } = Formatter.castCsvBill(file.data);
  assert.deepEqual(rows.map((row) => row['商户订单号']).slice(0, 2), ['A1', 'A2']);
  assert.deepEqual([summary['总交易单数'], summary['订单总金额']], ['9', '19.42']);
});

await check('a forged answer is refused', async () => {
  const refund = wxpay.chain('v3/refund/domestic/refunds').post({
    out_refund_no: 'R1', out_trade_no: 'A20261121', amount: { refund: 1, total: 100, currency: 'CNY' },
  });
  await assert.rejects(refund, { code: 'EV3_RES_HEADER_SIGNATURE_DIGEST' });
});

await check('an order of APIv2 is made', async () => {
  const { data } = await wxpay.chain('v2/pay/unifiedorder').post({
    appid: 'wx8888888888888888', mch_id: env('MCHID'), nonce_str: Formatter.nonce(), sign_type: 'HMAC-SHA256', out_trade_no: 'A2',
    body: '测试商品', total_fee: 100, spbill_create_ip: '203.0.113.9', notify_url: 'https://shop.example/notify', trade_type: 'NATIVE',
  });
  assert.equal(data.prepay_id, 'wx2');
});

await check('a file is uploaded to APIv2', async () => {
  const content = Buffer.from('not really a picture');
  const fields = { mch_id: env('MCHID'), media_hash: createHash('md5').update(content).digest('hex'), sign_type: 'HMAC-SHA256' };
  const form = new Multipart();
  Object.entries({ ...fields, sign: Hash.sign('HMAC-SHA256', fields, env('SECRET')) })
    .forEach(([name, value]) => form.append(name, value));
  form.append('media', content, 'a.png');
  const { data } = await wxpay.chain('v2/secapi/mch/uploadmedia')
    .post(form.getBuffer(), { transformRequest: [(body) => body], headers: form.getHeaders() });
  assert.equal(data.media_id, 'media2');
});

server.close();
process.exit(failed === 0 ? 0 : 1);
