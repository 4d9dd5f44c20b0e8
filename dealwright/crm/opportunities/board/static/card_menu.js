// The menu of a card, at its three dots or at a right click. Without this script the dots lead to
// the form that moves it.

import { change } from "../selection/change.js";
import { openDialog, refresh } from "./moves.js";

export default function cardMenu(menu) {
  const board = document.getElementById("board");
  const items = () => [...menu.querySelectorAll(".menu-item:not([hidden])")];
  let item = null; // the card it is about

  function open(card, x, y) {
    item = card;
    const movable = card.hasAttribute("data-movable");
    menu.querySelectorAll("[data-changes]").forEach((each) => (each.hidden = !movable));
    menu.setAttribute("aria-label", card.dataset.title);
    menu.hidden = false;
    const { width, height } = menu.getBoundingClientRect();
    menu.style.insetInlineStart = `${Math.max(8, Math.min(x, innerWidth - width - 8))}px`;
    menu.style.insetBlockStart = `${Math.max(8, Math.min(y, innerHeight - height - 8))}px`;
    items()[0].focus();
  }

  function close(isByKey) {
    if (menu.hidden) return;
    menu.hidden = true;
    if (isByKey) item.querySelector(".title")?.focus();
  }

  async function act(name, id) {
    const path = `/opportunities/${id}`;
    const stage = board.querySelector(`.rail[data-kind="${name}"]`)?.dataset.stage;
    if (name === "open") item.querySelector(".title").click();
    else if (name === "move") openDialog(`${path}/move`);
    else if (stage) openDialog(`${path}/close?stage=${stage}`);
    else if (name === "edit") openDialog(`${path}/edit`);
    else if (name === "task") location.assign(`${path}#tasks`);
    else if (name === "select") item.dispatchEvent(new CustomEvent("select-card", { bubbles: true }));
    else if (name === "copy") await navigator.clipboard?.writeText(new URL(path, location.href).href);
    else if (name === "delete" && (await change("/opportunities/selected/delete", { ids: id }, board.dataset.wordOffline)))
      await refresh(board, [id]);
  }

  const dots = (event) => {
    const link = event.target.closest(".card-move");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { left, bottom } = link.getBoundingClientRect();
    open(link.closest(".card-item"), left, bottom + 4);
  };
  const right = (event) => {
    const card = event.target.closest(".card-item");
    if (!card || event.shiftKey || document.documentElement.matches(".dragging")) return;
    if (matchMedia("(pointer: coarse)").matches) return; // holding drags there
    event.preventDefault();
    open(card, event.clientX, event.clientY);
  };
  const chosen = ({ target }) => {
    const name = target.closest("[data-act]")?.dataset.act;
    if (!name) return;
    close(true);
    act(name, item.dataset.id);
  };
  const walk = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const every = items();
    if (event.key === "Escape") {
      event.stopPropagation();
      close(true);
    } else if (event.key === "Tab") close(true);
    else if (step) {
      event.preventDefault();
      every[(every.indexOf(document.activeElement) + step + every.length) % every.length].focus();
    }
  };
  const elsewhere = ({ target }) => menu.contains(target) || close(false);

  board.addEventListener("click", dots);
  board.addEventListener("contextmenu", right);
  menu.addEventListener("click", chosen);
  menu.addEventListener("keydown", walk);
  document.addEventListener("pointerdown", elsewhere);
  board.addEventListener("scroll", elsewhere, true);
  return () => document.removeEventListener("pointerdown", elsewhere);
}
