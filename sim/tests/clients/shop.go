// A shop on the official Go SDK, against the simulator by its proxy: the settings are the snippet that the simulator gives.
package main

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/validators"
	"github.com/wechatpay-apiv3/wechatpay-go/core/auth/verifiers"
	"github.com/wechatpay-apiv3/wechatpay-go/core/notify"
	"github.com/wechatpay-apiv3/wechatpay-go/core/option"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/native"
	"github.com/wechatpay-apiv3/wechatpay-go/services/refunddomestic"
	"github.com/wechatpay-apiv3/wechatpay-go/utils"
)

const number, refundNumber = "GO-000001", "GO-R00001"

func settings(ctx context.Context) (*core.Client, *notify.Handler) {
	// SNIPPET
	return client, handler
}

func check(what string, expected, found interface{}) {
	if expected != found {
		log.Fatalf("%s: expected %v, found %v", what, expected, found)
	}
}

func must(what string, err error) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}

func control(method, path, body string) map[string]interface{} {
	request, err := http.NewRequest(method, os.Getenv("WECHATPAY_SIM_API")+path, strings.NewReader(body))
	must(path, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	must(path, err)
	defer response.Body.Close()
	check(path, 200, response.StatusCode)
	var answer map[string]interface{}
	must(path, json.NewDecoder(response.Body).Decode(&answer))
	return answer
}

type received struct {
	request *http.Request
	body    []byte
}

func receiver() (string, chan received) {
	notices := make(chan received, 10)
	server := httptest.NewServer(http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		notices <- received{request, body}
		response.WriteHeader(http.StatusNoContent)
	}))
	return server.URL + "/notify", notices
}

// The next notice, if it is signed by the platform, opened into content.
func open(ctx context.Context, handler *notify.Handler, notices chan received, content interface{}) string {
	select {
	case next := <-notices:
		next.request.Body = io.NopCloser(bytes.NewReader(append([]byte(" "), next.body...)))
		if _, err := handler.ParseNotifyRequest(ctx, next.request, content); err == nil {
			log.Fatal("a changed notice was believed")
		}
		next.request.Body = io.NopCloser(bytes.NewReader(next.body))
		notice, err := handler.ParseNotifyRequest(ctx, next.request, content)
		must("notice", err)
		return notice.EventType
	case <-time.After(10 * time.Second):
		log.Fatal("no notice came")
		return ""
	}
}

func main() {
	ctx := context.Background()
	client, handler := settings(ctx)
	url, notices := receiver()
	mchid := os.Getenv("WECHATPAY_MCHID")

	orders := native.NativeApiService{Client: client}
	order, _, err := orders.Prepay(ctx, native.PrepayRequest{
		Appid: core.String(os.Getenv("WECHATPAY_SIM_APPID")), Mchid: core.String(mchid), Description: core.String("一杯茶"),
		OutTradeNo: core.String(number), NotifyUrl: core.String(url), Amount: &native.Amount{Total: core.Int64(10000)},
	})
	must("order", err)
	check("code_url", true, strings.HasPrefix(*order.CodeUrl, "weixin://"))

	control("POST", "orders/"+number+"/pay", `{"payer":"alice"}`)
	paid := new(payments.Transaction)
	check("event", "TRANSACTION.SUCCESS", open(ctx, handler, notices, paid))
	check("paid", number+" SUCCESS", *paid.OutTradeNo+" "+*paid.TradeState)
	check("paid", int64(10000), *paid.Amount.Total)

	query, _, err := orders.QueryOrderByOutTradeNo(ctx, native.QueryOrderByOutTradeNoRequest{OutTradeNo: core.String(number), Mchid: core.String(mchid)})
	must("query", err)
	check("query", "SUCCESS "+*paid.TransactionId, *query.TradeState+" "+*query.TransactionId)

	refunds := refunddomestic.RefundsApiService{Client: client}
	refund, _, err := refunds.Create(ctx, refunddomestic.CreateRequest{
		OutTradeNo: core.String(number), OutRefundNo: core.String(refundNumber), NotifyUrl: core.String(url), Reason: core.String("凉了"),
		Amount: &refunddomestic.AmountReq{Refund: core.Int64(3000), Total: core.Int64(10000), Currency: core.String("CNY")},
	})
	must("refund", err)
	check("refund", refunddomestic.STATUS_PROCESSING, *refund.Status)
	control("POST", "refunds/"+refundNumber+"/result", `{"status":"SUCCESS"}`)
	var refunded struct {
		Number string `json:"out_refund_no"`
		Status string `json:"refund_status"`
		Amount struct {
			Refund int64 `json:"refund"`
		} `json:"amount"`
	}
	check("event", "REFUND.SUCCESS", open(ctx, handler, notices, &refunded))
	check("refunded", refundNumber+" SUCCESS", refunded.Number+" "+refunded.Status)
	check("refunded", int64(3000), refunded.Amount.Refund)

	bill(ctx, client)
}

func bill(ctx context.Context, client *core.Client) {
	control("PATCH", "settings", `{"bills":{"immediate":true}}`)
	date := control("GET", "clock", "")["now"].(string)[:10]
	result, err := client.Get(ctx, "https://api.mch.weixin.qq.com/v3/bill/tradebill?bill_type=ALL&bill_date="+date)
	must("bill", err)
	var bill struct {
		Hash string `json:"hash_value"`
		URL  string `json:"download_url"`
	}
	must("bill", json.NewDecoder(result.Response.Body).Decode(&bill))
	// A bill is answered without a signature.
	result, err = core.NewClientWithValidator(client, &validators.NullValidator{}).Get(ctx, bill.URL)
	must("download", err)
	file, err := io.ReadAll(result.Response.Body)
	must("download", err)
	hash := sha1.Sum(file)
	check("hash", strings.ToLower(bill.Hash), hex.EncodeToString(hash[:]))
	lines := strings.Split(strings.TrimSpace(string(file)), "\r\n")
	check("sums", os.Getenv("SUMS"), lines[len(lines)-1])
}
