// Keys that work on every page: ? shows all of them, N adds, G and a letter goes, J and K step
// through the list of an opportunity. Single letters can be switched off in the profile.

import { isTyping } from "./toasts.js";

const PAUSE = 1500; // milliseconds between G and its letter

export default function keys(list) {
  const dialog = list.closest("dialog");
  let isGoing = false;
  let timer = 0;

  function press(event) {
    if (event.defaultPrevented || isTyping(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!document.querySelector('meta[name="single-keys"]')) return;
    const isElsewhere = document.querySelector("dialog[open]");
    const key = event.key.toLowerCase();
    if (isGoing) go(event, key);
    else if (isElsewhere) return;
    else if (key === "?") dialog.showModal();
    else if (key === "g") wait();
    else if (key === "n") follow(event, '[href="/opportunities/new"]');
    else if (key === "j") follow(event, '[data-step="down"]');
    else if (key === "k") follow(event, '[data-step="up"]');
  }

  function wait() {
    isGoing = true;
    timer = setTimeout(() => (isGoing = false), PAUSE);
  }

  function go(event, key) {
    clearTimeout(timer);
    isGoing = false;
    if (/^[a-z]$/.test(key)) follow(event, `[data-go="${key}"]`);
  }

  function follow(event, selector) {
    const link = document.querySelector(selector);
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    link.click();
  }

  document.addEventListener("keydown", press, true);
  return () => document.removeEventListener("keydown", press, true);
}
