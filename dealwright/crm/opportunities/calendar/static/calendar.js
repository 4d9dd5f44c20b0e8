// The calendar: a closing or a task is dragged to another day by mouse, by touch after it was held,
// or carried there with Shift and the arrow keys. Without this script the small forms do the same.

import { say } from "../../../ui/live.js";
import { filled, openDialog, post } from "../board/moves.js";

const HOLD = 250; // milliseconds of touch
const SLACK = 5; // pixels before a press becomes a drag
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export default function calendar(element) {
  const dialog = document.getElementById("board-dialog");
  let held = null; // {event, x, y, pointer, lifted, day, timer}

  function press(down) {
    const event = down.target.closest("[data-redates]");
    if (!event || held || down.button) return;
    held = { event, x: down.clientX, y: down.clientY, pointer: down.pointerId };
    if (down.pointerType === "touch") held.timer = setTimeout(() => held && lift(), HOLD);
    else held.isMouse = true;
  }

  function lift() {
    const box = held.event.getBoundingClientRect();
    const lifted = held.event.cloneNode(true);
    lifted.classList.add("event-lifted");
    lifted.style.inlineSize = `${box.width}px`;
    lifted.inert = true;
    Object.assign(held, { lifted, dx: held.x - box.left, dy: held.y - box.top });
    document.body.append(lifted);
    document.documentElement.classList.add("dragging");
    say(filled(element.dataset.wordLifted, held.event.dataset.title));
    follow(held.x, held.y);
  }

  function travel(move) {
    if (!held || move.pointerId !== held.pointer) return;
    const isFar = Math.hypot(move.clientX - held.x, move.clientY - held.y) > SLACK;
    if (!held.lifted && isFar) held.isMouse ? lift() : drop(null);
    if (!held?.lifted) return;
    move.preventDefault();
    follow(move.clientX, move.clientY);
  }

  function follow(x, y) {
    held.lifted.style.transform = `translate(${x - held.dx}px, ${y - held.dy}px)`;
    held.day?.classList.remove("over");
    held.day = document.elementFromPoint(x, y)?.closest(".day") ?? null;
    held.day?.classList.add("over");
  }

  function drop(day) {
    const { event, lifted, timer } = held;
    clearTimeout(timer);
    lifted?.remove();
    held.day?.classList.remove("over");
    document.documentElement.classList.remove("dragging");
    held = null;
    if (lifted) addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener("click", swallow, { capture: true }), 50);
    if (day && day !== event.closest(".day")) redate(event.dataset.redates, day.dataset.day);
  }

  async function redate(address, day) {
    if (!(await post(address, { day }, element))) return;
    await refresh();
    element.querySelector(`[data-redates="${address}"]`)?.focus();
  }

  // Reads the page again and puts what changed in its place.
  async function refresh() {
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    element.replaceChildren(...page.getElementById("calendar").childNodes);
    for (const part of ["#attention", "#totals"]) {
      document.querySelector(part)?.replaceWith(page.querySelector(part));
    }
  }

  function keys(event) {
    const own = event.target.closest("[data-redates]");
    const step = event.shiftKey && STEPS[event.key];
    if (!own || !step) return;
    event.preventDefault();
    const days = [...element.querySelectorAll(".day")];
    const day = days[days.indexOf(own.closest(".day")) + step];
    if (day) redate(own.dataset.redates, day.dataset.day);
  }

  function click(event) {
    const link = event.target.closest("[data-dialog]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openDialog(link.href);
  }

  async function submit(event) {
    const form = event.target.closest("[data-move], [data-change]");
    if (!form) return;
    event.preventDefault();
    if (!(await post(form.action, new FormData(form), element))) return;
    dialog.close();
    await refresh();
  }

  const until = new AbortController();
  const on = (target, name, act, more = {}) => target.addEventListener(name, act, { signal: until.signal, ...more });
  on(element, "pointerdown", press);
  on(element, "dragstart", (event) => event.preventDefault());
  on(element, "keydown", keys);
  on(element, "click", click);
  on(dialog, "submit", submit);
  on(document, "pointermove", travel);
  on(document, "pointerup", (event) => held?.pointer === event.pointerId && drop(held.lifted ? held.day : null));
  on(document, "pointercancel", () => held && drop(null));
  on(document, "keydown", ({ key }) => key === "Escape" && held?.lifted && drop(null));
  on(document, "touchmove", (event) => held?.lifted && event.cancelable && event.preventDefault(), { passive: false });
  on(document, "opportunities", refresh);
  return () => until.abort();
}

function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}
