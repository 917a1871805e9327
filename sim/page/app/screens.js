// All screens by the first word of their address. A screen's `one` is that of a single object.

import { bills } from "../screens/bills.js";
import { call } from "../screens/call.js";
import { calls } from "../screens/calls.js";
import { clock } from "../screens/clock.js";
import { complaint, complaints } from "../screens/complaints.js";
import { faults } from "../screens/faults.js";
import { merchant } from "../screens/merchant.js";
import { merchants } from "../screens/merchants.js";
import { money } from "../screens/money.js";
import { notice } from "../screens/notice.js";
import { notices } from "../screens/notices.js";
import { order } from "../screens/order.js";
import { orders } from "../screens/orders.js";
import { overview } from "../screens/overview.js";
import { refund, refunds } from "../screens/refunds.js";
import { sharing, sharings } from "../screens/sharing.js";
import { transfer, transfers } from "../screens/transfers.js";

export const screens = {
  overview,
  orders: { ...orders, one: order },
  refunds: { ...refunds, one: refund },
  transfers: { ...transfers, one: transfer },
  sharing: { ...sharings, one: sharing },
  complaints: { ...complaints, one: complaint },
  notices: { ...notices, one: notice },
  calls: { ...calls, one: call },
  faults,
  clock,
  merchants: { ...merchants, one: merchant },
  bills,
  money,
};
