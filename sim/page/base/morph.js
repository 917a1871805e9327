// Makes a shown element like a new one with as few changes as possible, so that focus, selection, and what somebody
// has typed stay where they are.

/** Changes the children of `here` into those of `wanted`, which is used up. */
export function morph(here, wanted) {
  const keyed = new Map([...here.children].filter(key).map((child) => [key(child), child]));
  let next = here.firstChild;
  for (const child of [...wanted.childNodes]) {
    const known = key(child) ? keyed.get(key(child)) : next && !key(next) ? next : null;
    if (!known || known.nodeName !== child.nodeName) {
      here.insertBefore(child, next);
      continue;
    }
    if (known === next) next = next.nextSibling;
    else here.insertBefore(known, next);
    same(known, child);
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

/** What an element is recognised by among its brothers. */
function key(node) {
  return node.dataset?.row ?? node.dataset?.key;
}

function same(here, wanted) {
  if (here.nodeType !== Node.ELEMENT_NODE) {
    if (here.nodeValue !== wanted.nodeValue) here.nodeValue = wanted.nodeValue;
    return;
  }
  for (const { name } of [...here.attributes]) {
    if (!wanted.hasAttribute(name) && !isTheReaders(here, name)) here.removeAttribute(name);
  }
  for (const { name, value } of [...wanted.attributes]) {
    if (here.getAttribute(name) !== value && !isTheReaders(here, name)) here.setAttribute(name, value);
  }
  morph(here, wanted);
}

/** Whether an attribute is the reader's to change: what was opened stays open. */
function isTheReaders(element, name) {
  return element.nodeName === "DETAILS" && name === "open";
}
