// One toast at a time, for ten seconds, longer while it is looked at. The newest replaces the
// older. Ctrl Z presses its Undo, also when it is gone from sight. The server shows one by the header
// HX-Trigger: {"toast": {"sentence": …, "undo": address}}, a behaviour by toast(…).

import { csrf } from "./behaviours.js";

const SHOWN_FOR = 10_000;

export default function toasts(region) {
  let timer = 0;
  let last = region.querySelector(".toast:has(form)"); // takes the last change back

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(() => region.replaceChildren(), SHOWN_FOR);
  }
  const hold = () => clearTimeout(timer);
  const show = ({ detail }) => {
    region.replaceChildren(drawn(detail, region.dataset.undo));
    last = region.querySelector(".toast:has(form)") ?? last;
    wait();
  };
  const undo = (event) => {
    const isUndo = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z";
    if (!isUndo || event.shiftKey || !last || isTyping(event.target)) return;
    event.preventDefault();
    if (!last.isConnected) region.replaceChildren(last);
    const form = last.querySelector("form");
    last = null;
    form.elements.csrf.value = csrf();
    form.requestSubmit();
  };
  const pressed = ({ target }) => {
    if (target.closest("form button")) last = null;
  };
  document.addEventListener("toast", show);
  document.addEventListener("keydown", undo);
  region.addEventListener("pointerenter", hold);
  region.addEventListener("pointerleave", wait);
  region.addEventListener("focusin", hold);
  region.addEventListener("focusout", wait);
  region.addEventListener("click", pressed);
  region.addEventListener("submit", (event) => sent(event, region));
  if (region.childElementCount) wait();
  return () => {
    hold();
    document.removeEventListener("toast", show);
    document.removeEventListener("keydown", undo);
  };
}

/** Shows a sentence; `undo`: the address to which its button posts `fields`. */
export function toast(sentence, undo = "", fields = []) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { sentence, undo, fields } }));
}

/** Whether keys belong to a field that somebody is writing in. */
export function isTyping(target) {
  return Boolean(target.closest?.("input, textarea, select, [contenteditable]"));
}

// An undo goes through htmx, so that its answer can change the page in place.
function sent(event, region) {
  event.preventDefault();
  const address = event.target.getAttribute("action");
  const values = Object.fromEntries(new FormData(event.target));
  region.replaceChildren();
  window.htmx.ajax("POST", address, { target: "#main", swap: "none", values });
}

function drawn({ sentence, undo, fields = [] }, undoWord) {
  const box = document.createElement("div");
  box.className = undo ? "toast" : "toast plain";
  box.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = sentence;
  box.append(words);
  if (undo) box.append(undoForm(undo, fields, undoWord));
  return box;
}

function undoForm(address, fields, word) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  for (const [name, value] of [["csrf", csrf()], ...[...fields].filter(([name]) => name !== "csrf")]) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  const button = document.createElement("button");
  const keys = document.createElement("kbd");
  keys.textContent = "Ctrl Z";
  button.append(word, keys);
  form.append(button);
  return form;
}
