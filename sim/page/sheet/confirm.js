// The sheet that takes a transfer: how much, what for, and from whom.

import { ask, path } from "../base/api.js";
import { h } from "../base/dom.js";
import { t, word } from "../base/lang.js";
import { alert, big, done, line, payers } from "./sheet.js";

export function confirming(id) {
  const at = `/_/payer/transfers/${path(id)}`;

  async function load() {
    const transfer = await ask("GET", at);
    return { transfer, payer: transfer.payer ?? transfer.payers[0] };
  }

  const send = (name, ended) => async ({ payer }) =>
    ({ transfer: await ask("POST", `${at}/${name}`, name === "confirm" ? { payer } : {}), ended });

  function view(state) {
    const { transfer, payer, ended } = state;
    if (!transfer) return [h("h1", null, t("pay.confirm")), alert(state)];
    const isOpen = transfer.state === "WAIT_USER_CONFIRM";
    return [
      h("h1", null, t("pay.from", { mchid: transfer.mchid })),
      big("amount", transfer.amount),
      h("dl", null, line("remark", transfer.remark), line("perception", transfer.perception),
        line("state", word("state", transfer.state))),
      ended === "confirmed" ? done("pay.confirmed") : null,
      ended === "left" ? h("p", { role: "status" }, t("pay.left")) : null,
      alert(state),
      isOpen ? [payers(transfer.payers, payer), h("div", { class: "bar" },
        h("button", { type: "button", "data-do": "confirm", class: "main" }, t("do.confirm")),
        h("button", { type: "button", "data-do": "leave" }, t("do.leave")))] : null,
    ];
  }
  view.about = ({ transfer }) => ({ name: "confirm", state: transfer?.state });

  return { load, view, actions: { confirm: send("confirm", "confirmed"), leave: send("decline", "left") } };
}
