// Drags a card by mouse, or by touch after it was held for a quarter of a second. Dropping posts
// the same move as the menu and the keys; Escape puts the card back.

import { say } from "../../../ui/live.js";
import { filled, itemsOf, lastGroup, move, openDialog, placeOf } from "./moves.js";

const HOLD = 250; // milliseconds of touch
const SLACK = 5; // pixels before a press becomes a drag
const EDGE = 48; // pixels from an edge within which things scroll

export default function drag(board) {
  let held = null; // {item, x, y, lifted, slot, timer, target}

  function press(event) {
    const item = event.target.closest(".card-item[data-movable]");
    if (!item || held || event.button || event.target.closest("button, .next, .card-move, input")) return;
    held = { item, x: event.clientX, y: event.clientY, pointer: event.pointerId };
    if (event.pointerType === "touch") held.timer = setTimeout(() => held && lift(), HOLD);
    else held.isMouse = true;
  }

  function lift() {
    const { item, x, y } = held;
    const box = item.getBoundingClientRect();
    const lifted = item.querySelector(".card").cloneNode(true);
    lifted.classList.add("lifted");
    lifted.style.inlineSize = `${box.width}px`;
    lifted.inert = true;
    lifted.ariaHidden = "true";
    const slot = document.createElement("li");
    slot.className = "card-slot";
    Object.assign(held, { lifted, slot, dx: x - box.left, dy: y - box.top });
    document.body.append(lifted);
    item.querySelector(".card").classList.add("ghost");
    document.documentElement.classList.add("dragging");
    navigator.vibrate?.(10);
    say(filled(board.dataset.wordLifted, item.dataset.title));
    follow(x, y);
  }

  function travel(event) {
    if (!held || event.pointerId !== held.pointer) return;
    const { clientX, clientY } = event;
    if (!held.lifted) {
      const isFar = Math.hypot(clientX - held.x, clientY - held.y) > SLACK;
      if (isFar && held.isMouse) lift();
      else if (isFar) drop(null);
      if (!held?.lifted) return;
    }
    event.preventDefault();
    follow(clientX, clientY);
  }

  function follow(x, y) {
    held.lifted.style.transform = `translate(${x - held.dx}px, ${y - held.dy}px)`;
    const under = document.elementFromPoint(x, y);
    const rail = under?.closest(".rail");
    const column = under?.closest(".column")?.querySelector(".cards:not([data-fixed])");
    aim(rail ?? column ?? null, y);
    scroll(board, x, board.getBoundingClientRect(), "left", "right", "scrollLeft");
    if (column) scroll(column, y, column.getBoundingClientRect(), "top", "bottom", "scrollTop");
  }

  function aim(target, y) {
    if (held.target !== target) {
      held.target?.closest(".column, .rail")?.classList.remove("over", "target");
      held.target = target;
      if (target) target.closest(".column, .rail").classList.add(target.matches(".rail") ? "target" : "over");
    }
    if (!target || target.matches(".rail")) return held.slot.remove();
    const items = itemsOf(target).filter((each) => each !== held.item);
    const next = items.find((each) => middle(each) > y);
    if (next) next.before(held.slot);
    else lastGroup(target).append(held.slot);
  }

  function release(event) {
    if (!held || event.pointerId !== held.pointer) return;
    if (!held.lifted) return drop(null);
    event.preventDefault();
    drop(held.target);
  }

  function drop(target) {
    const { item, lifted, slot, timer } = held;
    clearTimeout(timer);
    const wasLifted = Boolean(lifted);
    lifted?.remove();
    item.querySelector(".card").classList.remove("ghost");
    held.target?.closest(".column, .rail")?.classList.remove("over", "target");
    document.documentElement.classList.remove("dragging");
    held = null;
    if (wasLifted) addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
    if (!target) {
      slot?.remove();
      if (wasLifted) say(filled(board.dataset.wordCancelled, ...placeOf(item)));
    } else if (target.matches(".rail")) {
      openDialog(`/opportunities/${item.dataset.id}/close?stage=${target.dataset.stage}`);
    } else land(item, slot, target);
  }

  async function land(item, slot, target) {
    const [from] = placeOf(item);
    const items = itemsOf(target).filter((each) => each !== item);
    const next = items.find((each) => slot.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
    const above = items[(next ? items.indexOf(next) : items.length) - 1];
    slot.replaceWith(item);
    const done = await move(board, item, {
      stage: target.dataset.stage,
      after: above?.dataset.id,
      before: next?.dataset.id,
    });
    const moved = done && document.getElementById(item.id);
    if (moved) say(filled(board.dataset.wordMoved, moved.dataset.title, from, ...placeOf(moved)));
  }

  const escape = (event) => event.key === "Escape" && held?.lifted && drop(null);
  const still = (event) => held?.lifted && event.cancelable && event.preventDefault();
  board.addEventListener("pointerdown", press);
  board.addEventListener("dragstart", (event) => event.preventDefault());
  const all = { pointermove: travel, pointerup: release, keydown: escape };
  Object.entries(all).forEach(([name, act]) => document.addEventListener(name, act));
  document.addEventListener("pointercancel", () => held && drop(null));
  document.addEventListener("touchmove", still, { passive: false });
  return () => {
    Object.entries(all).forEach(([name, act]) => document.removeEventListener(name, act));
    document.removeEventListener("touchmove", still);
  };
}

function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

function middle(element) {
  const { top, height } = element.getBoundingClientRect();
  return top + height / 2;
}

function scroll(element, at, box, start, end, property) {
  if (at < box[start] + EDGE) element[property] -= 12;
  else if (at > box[end] - EDGE) element[property] += 12;
}
