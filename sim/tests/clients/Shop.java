// A shop on the official Java SDK, against the simulator by its proxy: the settings are the snippet that the simulator gives.

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import com.wechat.pay.java.core.RSAPublicKeyConfig;
import com.wechat.pay.java.core.exception.ValidationException;
import com.wechat.pay.java.core.notification.NotificationParser;
import com.wechat.pay.java.core.notification.RSAPublicKeyNotificationConfig;
import com.wechat.pay.java.core.notification.RequestParam;
import com.wechat.pay.java.service.billdownload.BillDownloadServiceExtension;
import com.wechat.pay.java.service.billdownload.DigestBillEntity;
import com.wechat.pay.java.service.billdownload.model.BillType;
import com.wechat.pay.java.service.billdownload.model.GetTradeBillRequest;
import com.wechat.pay.java.service.payments.model.Transaction;
import com.wechat.pay.java.service.payments.nativepay.NativePayService;
import com.wechat.pay.java.service.payments.nativepay.model.Amount;
import com.wechat.pay.java.service.payments.nativepay.model.PrepayRequest;
import com.wechat.pay.java.service.payments.nativepay.model.QueryOrderByOutTradeNoRequest;
import com.wechat.pay.java.service.refund.RefundService;
import com.wechat.pay.java.service.refund.model.AmountReq;
import com.wechat.pay.java.service.refund.model.CreateRequest;
import com.wechat.pay.java.service.refund.model.RefundNotification;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

public class Shop {
    static final String ORDER = "JAVA-000001";
    static final String REFUND = "JAVA-R00001";
    static final LinkedBlockingQueue<Object[]> notices = new LinkedBlockingQueue<>();

    static RSAPublicKeyConfig config;
    static NotificationParser parser;

    static void settings() {
        // SNIPPET
        Shop.config = config;
        Shop.parser = parser;
    }

    static void check(String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) {
            System.err.println(what + ": expected " + expected + ", found " + found);
            System.exit(1);
        }
    }

    static String control(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(System.getenv("WECHATPAY_SIM_API") + path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        check(path, 200, response.statusCode());
        return response.body();
    }

    static String receiver() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/notify", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            notices.add(new Object[] {exchange.getRequestHeaders(), new String(body, StandardCharsets.UTF_8)});
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/notify";
    }

    static RequestParam param(Headers headers, String body) {
        return new RequestParam.Builder()
            .serialNumber(headers.getFirst("Wechatpay-Serial"))
            .nonce(headers.getFirst("Wechatpay-Nonce"))
            .signature(headers.getFirst("Wechatpay-Signature"))
            .timestamp(headers.getFirst("Wechatpay-Timestamp"))
            .signType(headers.getFirst("Wechatpay-Signature-Type"))
            .body(body).build();
    }

    /** What the next notice says, if it is signed by the platform. */
    static <T> T open(String event, Class<T> kind) throws Exception {
        Object[] notice = notices.poll(10, TimeUnit.SECONDS);
        check("a notice", true, notice != null);
        Headers headers = (Headers) notice[0];
        String body = (String) notice[1];
        check("event", true, body.contains("\"event_type\":\"" + event + "\""));
        try {
            parser.parse(param(headers, body + " "), kind);
            check("a changed notice", "refused", "believed");
        } catch (ValidationException expected) {
            // It is what should happen.
        }
        return parser.parse(param(headers, body), kind);
    }

    public static void main(String[] args) throws Exception {
        settings();
        String url = receiver();
        String mchid = System.getenv("WECHATPAY_MCHID");

        NativePayService orders = new NativePayService.Builder().config(config).build();
        PrepayRequest order = new PrepayRequest();
        Amount amount = new Amount();
        amount.setTotal(10000);
        order.setAmount(amount);
        order.setAppid(System.getenv("WECHATPAY_SIM_APPID"));
        order.setMchid(mchid);
        order.setDescription("一杯茶");
        order.setOutTradeNo(ORDER);
        order.setNotifyUrl(url);
        check("code_url", true, orders.prepay(order).getCodeUrl().startsWith("weixin://"));

        control("POST", "orders/" + ORDER + "/pay", "{\"payer\":\"alice\"}");
        Transaction paid = open("TRANSACTION.SUCCESS", Transaction.class);
        check("paid", ORDER + " SUCCESS 10000", paid.getOutTradeNo() + " " + paid.getTradeState() + " " + paid.getAmount().getTotal());

        QueryOrderByOutTradeNoRequest asked = new QueryOrderByOutTradeNoRequest();
        asked.setMchid(mchid);
        asked.setOutTradeNo(ORDER);
        Transaction query = orders.queryOrderByOutTradeNo(asked);
        check("query", "SUCCESS " + paid.getTransactionId(), query.getTradeState() + " " + query.getTransactionId());

        CreateRequest refund = new CreateRequest();
        AmountReq back = new AmountReq();
        back.setRefund(3000L);
        back.setTotal(10000L);
        back.setCurrency("CNY");
        refund.setAmount(back);
        refund.setOutTradeNo(ORDER);
        refund.setOutRefundNo(REFUND);
        refund.setNotifyUrl(url);
        refund.setReason("凉了");
        check("refund", "PROCESSING", new RefundService.Builder().config(config).build().create(refund).getStatus().name());
        control("POST", "refunds/" + REFUND + "/result", "{\"status\":\"SUCCESS\"}");
        RefundNotification refunded = open("REFUND.SUCCESS", RefundNotification.class);
        check("refunded", REFUND + " SUCCESS 3000", refunded.getOutRefundNo() + " " + refunded.getRefundStatus() + " " + refunded.getAmount().getRefund());

        bill();
        // The SDK's threads and the receiver's are not waited for.
        System.exit(0);
    }

    static void bill() throws Exception {
        control("PATCH", "settings", "{\"bills\":{\"immediate\":true}}");
        GetTradeBillRequest request = new GetTradeBillRequest();
        request.setBillDate(control("GET", "clock", "").replaceFirst("(?s).*\"now\":\"(.{10}).*", "$1"));
        request.setBillType(BillType.ALL);
        DigestBillEntity bill = new BillDownloadServiceExtension.Builder().config(config).build().getTradeBill(request);
        String file = new String(bill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        check("hash", true, bill.verifyHash());
        String[] lines = file.trim().split("\r\n");
        check("sums", System.getenv("SUMS"), lines[lines.length - 1]);
    }
}
