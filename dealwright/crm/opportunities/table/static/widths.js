// Columns of the list get another width by dragging the edge of their head, or by the arrow keys on
// that edge. The server keeps it for the person.

import { csrf } from "../../../ui/behaviours.js";

const NARROWEST = 60;
const WIDEST = 800;
const STEP = 16; // pixels of an arrow key

export default function widths(frame) {
  const heads = [...frame.querySelectorAll("th[data-column]")];
  const sentence = frame.closest("form").dataset.wordWidth;
  let held = null; // {head, x, width}

  function set(head, wished) {
    const width = Math.round(Math.min(Math.max(wished, NARROWEST), WIDEST));
    const at = [...head.parentElement.children].indexOf(head) + 1;
    head.dataset.width = width;
    head.querySelector("[role=separator]").ariaValueNow = width;
    for (const cell of frame.querySelectorAll(`tr > :nth-child(${at})`)) {
      Object.assign(cell.style, { inlineSize: `${width}px`, minInlineSize: `${width}px`, maxInlineSize: `${width}px` });
    }
  }

  function keep({ dataset }) {
    const body = new URLSearchParams({ name: dataset.column, width: dataset.width });
    const headers = { "X-CSRF-Token": csrf(), "HX-Request": "true" };
    fetch("/opportunities/columns/width", { method: "POST", headers, body });
  }

  function edge(head) {
    const handle = document.createElement("span");
    handle.className = "width-handle";
    handle.tabIndex = 0;
    Object.assign(handle, { role: "separator", ariaOrientation: "vertical", ariaValueMin: NARROWEST, ariaValueMax: WIDEST });
    handle.ariaLabel = sentence.replace("%s", head.textContent.trim());
    handle.ariaValueNow = head.dataset.width ?? Math.round(head.getBoundingClientRect().width);
    head.append(handle);
    if (head.dataset.width) set(head, Number(head.dataset.width));
  }

  const press = (event) => {
    const head = event.target.closest(".width-handle")?.parentElement;
    if (!head || event.button) return;
    event.preventDefault();
    held = { head, x: event.clientX, width: head.getBoundingClientRect().width };
    event.target.setPointerCapture(event.pointerId);
  };
  const travel = ({ clientX }) => held && set(held.head, held.width + clientX - held.x);
  const release = () => {
    if (held?.head.dataset.width) keep(held.head);
    held = null;
  };
  const key = (event) => {
    const head = event.target.closest(".width-handle")?.parentElement;
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (!head || !step) return;
    event.preventDefault();
    set(head, head.getBoundingClientRect().width + step);
    keep(head);
  };
  heads.forEach(edge);
  frame.addEventListener("pointerdown", press);
  frame.addEventListener("pointermove", travel);
  frame.addEventListener("pointerup", release);
  frame.addEventListener("keydown", key);
}
