// The page: language, navigation, the stream, and the stage.

import { chooseLanguage, findLanguage, t, translateDocument } from "../base/lang.js";
import { setClock, startTicking } from "./clock.js";
import { tell, tellChange, tellIn } from "./news.js";
import { route } from "./route.js";
import { screens } from "./screens.js";
import { Stage } from "./stage.js";
import { follow } from "./stream.js";

const stage = new Stage(document.querySelector("main"), screens, route);
const status = document.querySelector("[data-online]");

findLanguage();
forgetToken();
translateDocument();
tellIn(document.querySelector("#news"));
startTicking();
refreshClock();
show();

follow({
  changed(change) {
    tellChange(change);
    if (change.kind === "clock") refreshClock();
    stage.changed(change.kind);
  },
  online(is) {
    const was = status.dataset.online === "true";
    setOnline(is);
    if (is) {
      refreshClock();
      stage.refresh();
    } else if (was) {
      tell(t("offline"));
    }
  },
});

window.addEventListener("hashchange", show);
for (const button of document.querySelectorAll("button[data-lang]")) {
  button.addEventListener("click", () => {
    chooseLanguage(button.dataset.lang);
    translateDocument();
    setOnline(status.dataset.online === "true");
    stage.refresh();
  });
}

function show() {
  const { name } = route();
  for (const link of document.querySelectorAll("nav a")) {
    const is = link.getAttribute("href") === (name === "overview" ? "#/" : `#/${name}`);
    if (is) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.querySelector("#problem").replaceChildren();
  stage.refresh();
}

function setOnline(is) {
  status.dataset.online = String(is);
  status.textContent = t(is ? "online" : "offline");
}

/** Without a connection the time of before goes on; it is asked for again when there is one. */
function refreshClock() {
  setClock().catch(() => {});
}

/** The token is a cookie by now, and is not to stand in the address, where shoulders and histories read it. */
function forgetToken() {
  const address = new URL(location.href);
  if (!address.searchParams.has("token")) return;
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
}
