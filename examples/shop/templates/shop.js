// The order's page: asks the shop how the order stands and shows it. What the payer's phone says proves nothing; the shop's word does.

const SOON = 1500;
const SELDOM = 5000;
const news = document.getElementById("news");
const offline = document.getElementById("offline");
const order = () => document.querySelector("main[data-screen=order]");

// The shop draws the page; what is new in it replaces what is old.
async function redraw() {
  const answer = await fetch(location.pathname);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("main[data-screen=order]");
  if (fresh) order().replaceWith(document.importNode(fresh, true));
}

async function look() {
  const answer = await fetch(`${location.pathname}/state`);
  if (!answer.ok) throw new Error(`state: ${answer.status}`);
  const now = await answer.json();
  const shown = order().dataset;
  // An order that waits without a code asks for one.
  const lacks = now.state === "WAITING" && !order().querySelector("[role=img], #pay");
  if (now.version !== shown.version || lacks) {
    const told = shown.state === now.state;
    await redraw();
    if (!told) news.textContent = now.text;
  }
  return now.state;
}

async function watch() {
  let wait = SOON;
  try {
    const state = await look();
    offline.hidden = true;
    if (state === "CLOSED" || state === "REFUNDED") return;
    wait = state === "WAITING" || state === "REFUNDING" ? SOON : SELDOM;
  } catch {
    offline.hidden = false;
  }
  setTimeout(watch, wait);
}

// Within WeChat, its bridge asks the payer.
function pay(button) {
  if (!window.WeixinJSBridge) {
    document.getElementById("elsewhere").hidden = false;
    return;
  }
  window.WeixinJSBridge.invoke("getBrandWCPayRequest", JSON.parse(button.dataset.params), () => look().catch(() => {}));
}

if (order()) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#pay");
    if (button) pay(button);
  });
  setTimeout(watch, SOON);
}
