// Postings of a merchant's accounts.

import { t, word } from "../base/lang.js";
import { money, time, value } from "./pieces.js";
import { column, table } from "./table.js";

const columns = [
  column("at", (posting) => time("at", posting.at, true)),
  column("account", (posting) => value("account", `${posting.account} ${word("part", posting.part)}`)),
  column("kind", (posting) => value("kind", word("posting", posting.kind))),
  column("amount", (posting) => money("amount", posting.amount)),
  column("balance", (posting) => money("balance", posting.balance)),
  column("ref"),
];

export const postings = (items) =>
  table(t("ledger"), items, columns, { id: (posting) => posting.seq, state: (posting) => posting.kind });
