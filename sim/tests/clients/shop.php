<?php
// A shop on the official PHP SDK, against the simulator: the settings are the snippet that the simulator gives.
require getenv('PEER_PHP_AUTOLOAD');

use WeChatPay\Crypto\AesGcm;
use WeChatPay\Crypto\Rsa;
use WeChatPay\Formatter;

const ORDER = 'PHP-000001';
const REFUND = 'PHP-R00001';
$api = getenv('WECHATPAY_SIM_API');
$appid = getenv('WECHATPAY_SIM_APPID');
$mchid = getenv('WECHATPAY_MCHID');

function check(string $what, $expected, $found): void
{
    if ($expected !== $found) {
        fwrite(STDERR, "$what: expected " . json_encode($expected) . ', found ' . json_encode($found, JSON_UNESCAPED_UNICODE) . "\n");
        exit(1);
    }
}

function control(string $method, string $path, array $body = []): array
{
    $request = ['method' => $method, 'header' => 'Content-Type: application/json', 'content' => $method === 'GET' ? '' : json_encode((object) $body)];
    return json_decode(file_get_contents($GLOBALS['api'] . $path, false, stream_context_create(['http' => $request])), true);
}

/** The next notice at a socket: its headers and its body. It is answered with 204. */
function notice($server): array
{
    $connection = stream_socket_accept($server, 10) or exit("no notice came\n");
    $headers = [];
    while (($line = rtrim(fgets($connection))) !== '') {
        $pair = explode(': ', $line, 2);
        $headers[strtolower($pair[0])] = $pair[1] ?? '';
    }
    $body = stream_get_contents($connection, (int) $headers['content-length']);
    fwrite($connection, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
    fclose($connection);
    return [$headers, $body];
}

eval(file_get_contents("{$api}env?format=php"));

/** What a notice says, if it is signed by the platform. */
$open = static function (array $notice) use ($platformKey, $apiV3Key): array {
    [$headers, $body] = $notice;
    $signed = static fn (string $body): string => Formatter::joinedByLineFeed($headers['wechatpay-timestamp'], $headers['wechatpay-nonce'], $body);
    check('signature', true, Rsa::verify($signed($body), $headers['wechatpay-signature'], $platformKey));
    check('signature of another body', false, Rsa::verify($signed("$body "), $headers['wechatpay-signature'], $platformKey));
    $envelope = json_decode($body, true);
    ['ciphertext' => $text, 'nonce' => $nonce, 'associated_data' => $aad] = $envelope['resource'];
    return [$envelope['event_type'], json_decode(AesGcm::decrypt($text, $apiV3Key, $nonce, $aad), true)];
};

$server = stream_socket_server('tcp://127.0.0.1:0');
$notify = 'http://' . stream_socket_get_name($server, false) . '/notify';

$order = $wxpay->chain('v3/pay/transactions/native')->post(['json' => [
    'appid' => $appid, 'mchid' => $mchid, 'description' => '一杯茶', 'out_trade_no' => ORDER, 'notify_url' => $notify,
    'amount' => ['total' => 10000, 'currency' => 'CNY'],
]]);
check('code_url', 0, strpos(json_decode((string) $order->getBody(), true)['code_url'], 'weixin://'));

control('POST', 'orders/' . ORDER . '/pay', ['payer' => 'alice']);
[$event, $paid] = $open(notice($server));
check('event', 'TRANSACTION.SUCCESS', $event);
check('paid', [ORDER, 'SUCCESS', 10000], [$paid['out_trade_no'], $paid['trade_state'], $paid['amount']['total']]);

$query = $wxpay->chain('v3/pay/transactions/out-trade-no/{number}')->get(['number' => ORDER, 'query' => ['mchid' => $mchid]]);
$query = json_decode((string) $query->getBody(), true);
check('query', ['SUCCESS', $paid['transaction_id']], [$query['trade_state'], $query['transaction_id']]);

$refund = $wxpay->chain('v3/refund/domestic/refunds')->post(['json' => [
    'out_trade_no' => ORDER, 'out_refund_no' => REFUND, 'notify_url' => $notify, 'reason' => '凉了',
    'amount' => ['refund' => 3000, 'total' => 10000, 'currency' => 'CNY'],
]]);
check('refund', 'PROCESSING', json_decode((string) $refund->getBody(), true)['status']);
control('POST', 'refunds/' . REFUND . '/result', ['status' => 'SUCCESS']);
[$event, $refunded] = $open(notice($server));
check('event', 'REFUND.SUCCESS', $event);
check('refunded', [REFUND, 'SUCCESS', 3000], [$refunded['out_refund_no'], $refunded['refund_status'], $refunded['amount']['refund']]);

control('PATCH', 'settings', ['bills' => ['immediate' => true]]);
$date = substr(control('GET', 'clock')['now'], 0, 10);
$bill = json_decode((string) $wxpay->chain('v3/bill/tradebill')->get(['query' => ['bill_date' => $date, 'bill_type' => 'ALL']])->getBody(), true);
parse_str(parse_url($bill['download_url'], PHP_URL_QUERY), $token);
$file = (string) $wxpay->chain('v3/billdownload/file')->get(['query' => $token])->getBody();
check('hash', strtolower($bill['hash_value']), sha1($file));
$lines = explode("\r\n", trim($file));
check('sums', getenv('SUMS'), end($lines));
