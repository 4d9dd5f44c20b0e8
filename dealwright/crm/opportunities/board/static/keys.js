// Keys of the board: arrows walk, Shift and arrows carry, letters act on the card that has focus.
// One tab stop for each column.

import { say } from "../../../ui/live.js";
import { isTyping } from "../../../ui/toasts.js";
import { filled, itemsOf, lastGroup, move, openDialog, placeOf } from "./moves.js";

const STEPS = { ArrowDown: [0, 1], ArrowUp: [0, -1], ArrowRight: [1, 0], ArrowLeft: [-1, 0] };

export default function keys(board) {
  const columns = () => [...board.querySelectorAll(".cards")];
  const titles = () => board.querySelectorAll(".card .title, .card .amount, .card .next, .card-move");
  titles().forEach((each) => (each.tabIndex = -1));

  const letters = {
    m: (id) => openDialog(`/opportunities/${id}/${board.dataset.moves ?? "move"}`),
    w: (id) => close(id, "won"),
    l: (id) => close(id, "lost"),
    e: (id) => openDialog(`/opportunities/${id}/edit?field=amount`),
    d: (id) => openDialog(`/opportunities/${id}/edit?field=expected`),
    t: (id) => location.assign(`/opportunities/${id}#tasks`),
  };

  function close(id, kind) {
    const stage = board.querySelector(`[data-kind="${kind}"]`)?.dataset.stage;
    if (stage) openDialog(`/opportunities/${id}/close?stage=${stage}`);
  }

  function press(event) {
    if (isTyping(event.target) || event.altKey || event.ctrlKey || event.metaKey) return;
    const item = event.target.closest(".card-item");
    const step = STEPS[event.key];
    if (step && (item || event.target.closest(".cards"))) {
      event.preventDefault();
      if (!item) focus(itemsOf(event.target.closest(".cards"))[0]);
      else if (event.shiftKey) carry(item, step);
      else walk(item, step);
      return;
    }
    const act = board.hasAttribute("data-keys") && letters[event.key.toLowerCase()];
    if (act && item && !event.shiftKey) {
      event.preventDefault();
      act(item.dataset.id);
    }
  }

  function walk(item, [across, down]) {
    const column = item.closest(".cards");
    if (down) return focus(itemsOf(column)[itemsOf(column).indexOf(item) + down]);
    const place = itemsOf(column).indexOf(item);
    const every = columns();
    for (let at = every.indexOf(column) + across; every[at]; at += across) {
      const items = itemsOf(every[at]);
      if (items.length) return focus(items[Math.min(place, items.length - 1)]);
    }
  }

  async function carry(item, [across, down]) {
    if (!item.hasAttribute("data-movable") || item.hasAttribute("data-busy")) return;
    const [from] = placeOf(item);
    const column = item.closest(".cards");
    const target = down ? column : columns()[columns().indexOf(column) + across];
    if (!target || target.hasAttribute("data-fixed") || (down && board.dataset.moves)) return;
    const items = itemsOf(target).filter((each) => each !== item);
    const at = down ? itemsOf(column).indexOf(item) + down : Math.min(itemsOf(column).indexOf(item), items.length);
    if (at < 0 || at > items.length) return;
    if (items[at]) items[at].before(item);
    else lastGroup(target).append(item);
    focus(item);
    const neighbours = { after: items[at - 1]?.dataset.id, before: items[at]?.dataset.id };
    if (await move(board, item, { stage: target.dataset.stage, ...neighbours })) {
      const moved = document.getElementById(item.id);
      if (moved) say(filled(board.dataset.wordMoved, moved.dataset.title, from, ...placeOf(moved)));
    }
  }

  function focus(item) {
    const title = item?.querySelector(".title");
    if (!title) return;
    title.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  const slash = (event) => {
    if (event.key !== "/" || isTyping(event.target) || !board.hasAttribute("data-keys")) return;
    event.preventDefault();
    document.querySelector('[data-key="/"]')?.focus();
  };
  board.addEventListener("keydown", press);
  document.addEventListener("keydown", slash);
  return () => document.removeEventListener("keydown", slash);
}
