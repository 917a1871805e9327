// What a payer sees on the phone: an order to pay, or a transfer to confirm. It needs no token.

import { chooseLanguage, findLanguage, t, translateDocument } from "../base/lang.js";
import { morph } from "../base/morph.js";
import { h } from "../base/dom.js";
import { confirming } from "./confirm.js";
import { paying } from "./order.js";

const main = document.querySelector("main");

/** `/_/pay/{credential}`, `/_/h5?prepay_id=…`, `/_/confirm/{transfer}`. */
function sheet() {
  const [, , kind, id = ""] = location.pathname.split("/");
  const query = new URLSearchParams(location.search);
  if (kind === "confirm") return confirming(decodeURIComponent(id));
  return paying(kind === "h5" ? query.get("prepay_id") ?? "" : decodeURIComponent(id), query.get("redirect_url"));
}

const { load, view, actions, key } = sheet();
let state = {};

/** Shows what there is; `change` are members that have become others. */
function show(change = {}) {
  state = { ...state, ...change };
  const { name, state: of } = view.about(state);
  document.title = `${t(`pay.${name}`)} · wxpay sim`;
  main.dataset.screen = name;
  main.dataset.state = of ?? "";
  morph(main, h("main", null, view(state)));
}

let busy = false;

/** Does what an action asks for, one at a time; what is refused is shown in the client's words. */
async function act(action, ...more) {
  if (busy) return;
  busy = true;
  try {
    show({ problem: null, code: null, trouble: null, ...(await action(state, ...more)) });
  } catch (error) {
    show({ typed: "", trouble: null, problem: error.message, code: error.code ?? "offline" });
  }
  busy = false;
}

main.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.key) act(key, button.dataset.key);
  else if (button?.dataset.do) act(actions[button.dataset.do]);
});
main.addEventListener("change", ({ target }) => {
  if (target.name === "payer") show({ payer: target.value });
});
document.addEventListener("keydown", (event) => {
  const typed = event.key === "Backspace" ? "back" : event.key;
  if (key && !event.ctrlKey && !event.metaKey && /^(\d|back)$/.test(typed)) act(key, typed);
});
for (const button of document.querySelectorAll("button[data-lang]")) {
  button.addEventListener("click", () => {
    chooseLanguage(button.dataset.lang);
    translateDocument();
    show();
  });
}

findLanguage();
translateDocument();
act(load);
