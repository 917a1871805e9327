//! Endpoints with behaviour whose example names what there is not, or what has gone further: method, path, and the code of the business.

pub(crate) const REFUSED: &[(&str, &str, &str)] = &[
    // The examples' transaction_id, refund_id and token are of nobody's.
    ("GET", "v3/pay/transactions/id/{transaction_id}", "ORDER_NOT_EXIST"),
    ("GET", "v3/pay/partner/transactions/id/{transaction_id}", "ORDER_NOT_EXIST"),
    ("GET", "v3/billdownload/file", "INVALID_REQUEST"),
    ("POST", "v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund", "RESOURCE_NOT_EXISTS"),
    ("POST", "v2/pay/orderquery", "ORDERNOTEXIST"),
    ("POST", "v2/pay/refundquery", "REFUNDNOTEXIST"),
    ("POST", "v2/secapi/pay/refund", "ORDERNOTEXIST"),
    ("POST", "v2/secapi/pay/reverse", "ORDERNOTEXIST"),
    // The partner has no order of that number.
    ("GET", "v3/pay/partner/transactions/out-trade-no/{out_trade_no}", "ORDER_NOT_EXIST"),
    ("POST", "v3/pay/partner/transactions/out-trade-no/{out_trade_no}/reverse", "ORDER_NOT_EXIST"),
    // The merchant's is paid, and not by a code; its refund has other amounts.
    ("POST", "v3/pay/transactions/out-trade-no/{out_trade_no}/close", "ORDER_PAID"),
    ("POST", "v3/pay/transactions/out-trade-no/{out_trade_no}/reverse", "INVALID_REQUEST"),
    ("POST", "v3/refund/domestic/refunds", "INVALID_REQUEST"),
    // Nobody combined orders under that number, nobody complained, and no address was set for complaints yet.
    ("GET", "v3/combine-transactions/out-trade-no/{combine_out_trade_no}", "ORDER_NOT_EXIST"),
    ("DELETE", "v3/merchant-service/complaint-notifications", "RESOURCE_NOT_EXISTS"),
    ("GET", "v3/merchant-service/complaint-notifications", "RESOURCE_NOT_EXISTS"),
    ("GET", "v3/merchant-service/complaints-v2/{complaint_id}", "RESOURCE_NOT_EXISTS"),
    ("POST", "v3/merchant-service/complaints-v2/{complaint_id}/complete", "RESOURCE_NOT_EXISTS"),
    ("GET", "v3/merchant-service/complaints-v2/{complaint_id}/negotiation-historys", "RESOURCE_NOT_EXISTS"),
    ("POST", "v3/merchant-service/complaints-v2/{complaint_id}/response", "RESOURCE_NOT_EXISTS"),
    ("GET", "v3/merchant-service/images/{media_id}", "RESOURCE_NOT_EXISTS"),
    // The merchant uses the public key.
    ("GET", "v3/certificates", "RESOURCE_NOT_EXISTS"),
    ("GET", "v3/global/certificates", "RESOURCE_NOT_EXISTS"),
    // Transfers: the examples' bills are of nobody's, their amount is less than the least one.
    ("POST", "v3/fund-app/mch-transfer/transfer-bills", "PARAM_ERROR"),
    ("GET", "v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}", "NOT_FOUND"),
    ("POST", "v3/fund-app/mch-transfer/transfer-bills/out-bill-no/{out_bill_no}/cancel", "NOT_FOUND"),
    ("GET", "v3/fund-app/mch-transfer/transfer-bills/transfer-bill-no/{transfer_bill_no}", "NOT_FOUND"),
    ("POST", "v3/fund-app/mch-transfer/partner/transfer-bills", "PARAM_ERROR"),
    ("GET", "v3/fund-app/mch-transfer/partner/transfer-bills/out-bill-no/{out_bill_no}", "NOT_FOUND"),
    ("POST", "v3/fund-app/mch-transfer/partner/transfer-bills/out-bill-no/{out_bill_no}/cancel", "NOT_FOUND"),
    // Sharing: the examples' orders, receivers and days are of nobody's.
    ("GET", "v3/profitsharing/bills", "INVALID_REQUEST"),
    ("GET", "v3/profitsharing/merchant-configs/{sub_mchid}", "INVALID_REQUEST"),
    ("POST", "v3/profitsharing/orders", "RESOURCE_NOT_EXISTS"),
    ("POST", "v3/profitsharing/orders/unfreeze", "RESOURCE_NOT_EXISTS"),
    ("GET", "v3/profitsharing/orders/{out_order_no}", "RESOURCE_NOT_EXISTS"),
    ("POST", "v3/profitsharing/receivers/add", "MCH_NOT_EXISTS"),
    ("POST", "v3/profitsharing/return-orders", "RESOURCE_NOT_EXISTS"),
    ("GET", "v3/profitsharing/return-orders/{out_return_no}", "RESOURCE_NOT_EXISTS"),
    ("GET", "v3/profitsharing/transactions/{transaction_id}/amounts", "RESOURCE_NOT_EXISTS"),
];
