// The merchant's number of something: the most particular one that is there.

const NAMES = ["out_refund_no", "out_return_no", "out_order_no", "out_bill_no", "out_trade_no", "combine_out_trade_no",
  "complaint_id"];

/** Among the members of an object; undefined if it has none. */
export function numberIn(object) {
  return NAMES.map((name) => object?.[name]).find(Boolean);
}
