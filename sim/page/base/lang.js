// Which language is spoken, and its texts.

import { texts } from "./texts.js";

const KEPT = "wxpay-sim-lang";
const LANGUAGES = ["zh", "en"];

let lang = "zh";

/** Takes the language of the address, else the one chosen before, else the browser's. */
export function findLanguage() {
  const asked = new URLSearchParams(location.search).get("lang");
  const browser = navigator.languages?.some((name) => name.toLowerCase().startsWith("zh")) ? "zh" : "en";
  use([asked, kept(), browser].find((name) => LANGUAGES.includes(name)));
}

/** Speaks another language from now on, and remembers it; the address no longer says otherwise. */
export function chooseLanguage(name) {
  use(name);
  const address = new URL(location.href);
  address.searchParams.delete("lang");
  history.replaceState(history.state, "", address);
  try {
    localStorage.setItem(KEPT, name);
  } catch {
    // A browser that keeps nothing asks again the next time.
  }
}

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function use(name) {
  lang = name;
  document.documentElement.lang = name === "zh" ? "zh-CN" : "en";
  for (const button of document.querySelectorAll("button[data-lang]")) {
    button.setAttribute("aria-pressed", String(button.dataset.lang === name));
  }
}

/** The text of a key, with `{name}` replaced. */
export function t(key, replaced = {}) {
  const text = texts[key]?.[LANGUAGES.indexOf(lang)] ?? key;
  return text.replace(/\{(\w+)\}/g, (all, name) => replaced[name] ?? all);
}

/** The text of a word of the interface's, such as a state; the word itself if there is none. */
export function word(kind, name) {
  return texts[`${kind}.${name}`] ? t(`${kind}.${name}`) : String(name ?? "");
}

/** Whether there is a text. */
export const has = (key) => key in texts;
export const isChinese = () => lang === "zh";

/** Fills in the texts of what stands in the document: `data-t`, and `data-t-label` for names that are not seen. */
export function translateDocument() {
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const element of document.querySelectorAll("[data-t-label]")) {
    element.setAttribute("aria-label", t(element.dataset.tLabel));
  }
}
