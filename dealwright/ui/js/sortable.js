// Rows that are put in order: by dragging their handle, by its arrow keys, or by the buttons up and
// down. The form holds the order in its hidden fields; saving it is a step of its own.

import { say } from "./live.js";

export default function sortable(form) {
  let held = null;

  const rowsOf = (row) => [...row.parentElement.children].filter((each) => each.matches("[data-row]"));

  function moved(row, focus) {
    const rows = rowsOf(row);
    const values = [row.dataset.row, rows.indexOf(row) + 1, rows.length];
    say(form.dataset.place.replace(/\{(\d)\}/g, (_, place) => values[place]));
    rows.forEach((each, place) => {
      each.querySelectorAll("[name=up]").forEach((button) => (button.disabled = place === 0));
      each.querySelectorAll("[name=down]").forEach((button) => (button.disabled = place === rows.length - 1));
    });
    if (focus && !focus.disabled) focus.focus();
    else if (focus) row.querySelector("[data-handle]").focus();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function step(row, by, focus) {
    const rows = rowsOf(row);
    const other = rows[rows.indexOf(row) + by];
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    moved(row, focus);
  }

  function press(event) {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button) return;
    event.preventDefault();
    handle.focus();
    held = { row: handle.closest("[data-row]"), pointer: event.pointerId, handle };
    handle.setPointerCapture(event.pointerId);
    held.row.classList.add("lifted-row");
  }

  function travel(event) {
    if (!held || event.pointerId !== held.pointer) return;
    for (const each of rowsOf(held.row)) {
      if (each === held.row) continue;
      const box = each.getBoundingClientRect();
      const isAbove = each.compareDocumentPosition(held.row) & Node.DOCUMENT_POSITION_FOLLOWING;
      const middle = box.top + box.height / 2;
      if (isAbove && event.clientY < middle) {
        each.before(held.row);
        held.isMoved = true;
        break;
      }
      if (!isAbove && event.clientY > middle) {
        each.after(held.row);
        held.isMoved = true;
      }
    }
  }

  function drop() {
    if (!held) return;
    const { row, handle, isMoved } = held;
    row.classList.remove("lifted-row");
    held = null;
    if (isMoved) moved(row, handle);
  }

  function keys(event) {
    const handle = event.target.closest("[data-handle]");
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!handle || !by) return;
    event.preventDefault();
    step(handle.closest("[data-row]"), by, handle);
  }

  function click(event) {
    const button = event.target.closest("button[name=up], button[name=down]");
    if (!button) return;
    event.preventDefault();
    step(button.closest("[data-row]"), button.name === "up" ? -1 : 1, button);
  }

  form.addEventListener("pointerdown", press);
  form.addEventListener("pointermove", travel);
  form.addEventListener("pointerup", drop);
  form.addEventListener("pointercancel", drop);
  form.addEventListener("keydown", keys);
  form.addEventListener("click", click);
}
