// The page or the panel of an opportunity: forms and links change it where it stands. What the
// server refuses stays as it was typed. Without this script every form is a page of its own.

import { csrf } from "../../../ui/behaviours.js";
import { refuse } from "../../../ui/unsaved.js";

export default function inPlace(root) {
  const submit = async (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-leaves") || event.defaultPrevented) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const fields = new FormData(form, event.submitter);
    const isUpload = form.enctype === "multipart/form-data";
    await draw(root, form.action, { method: "POST", body: isUpload ? fields : new URLSearchParams(fields) }, form);
    delete form.dataset.busy;
  };
  const click = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest("a");
    if (!link) return;
    if (link.matches("[data-folds]")) {
      event.preventDefault();
      fold(link.closest("details"));
    } else if (link.matches("[data-prints]")) {
      event.preventDefault();
      print();
    } else if (link.matches("[data-part]")) {
      event.preventDefault();
      draw(root, partOf(root, link), {}, null);
    }
  };
  const toggle = ({ target }) => {
    if (target.matches(".in-place") && target.open) target.querySelector("[name]:not([type=hidden])")?.focus();
  };
  const key = (event) => {
    const open = event.key === "Escape" && event.target.closest?.(".in-place[open]");
    if (!open) return;
    event.stopPropagation();
    fold(open);
  };
  const elsewhere = ({ detail }) => {
    const isMine = detail.isStale || detail.ids.map(String).includes(root.dataset.id);
    if (isMine && detail.from !== root && !root.querySelector(".in-place[open], .conflict")) draw(root, ownAddress(root), {}, null);
  };
  // An undo of what happened here draws it anew.
  const undo = (event) => {
    const form = event.target;
    const isMine = form.closest(".toasts") && form.getAttribute("action").startsWith(`/opportunities/${root.dataset.id}/`);
    if (!isMine) return;
    event.preventDefault();
    event.stopPropagation();
    const fields = new URLSearchParams(new FormData(form));
    if (root.matches(".panel")) fields.set("as", "panel");
    form.closest(".toast").remove();
    draw(root, form.action, { method: "POST", body: fields }, form);
  };
  document.addEventListener("submit", undo, true);
  root.addEventListener("submit", submit);
  root.addEventListener("click", click);
  root.addEventListener("toggle", toggle, true);
  root.addEventListener("keydown", key);
  document.addEventListener("opportunities", elsewhere);
  return () => {
    document.removeEventListener("opportunities", elsewhere);
    document.removeEventListener("submit", undo, true);
  };
}

function ownAddress(root) {
  return root.matches(".panel") ? `/opportunities/${root.dataset.id}/panel` : location.href;
}

// In the panel a link to another opportunity leads to its panel.
function partOf(root, link) {
  const address = new URL(link.href);
  const isWhole = /^\/opportunities\/\d+$/.test(address.pathname);
  if (root.matches(".panel") && isWhole) address.pathname += "/panel";
  return address.href;
}

function fold(details) {
  details.open = false;
  details.querySelector("form").reset();
  details.querySelector("summary").focus();
}

async function draw(root, address, request, form) {
  const headers = { "HX-Request": "true", "X-CSRF-Token": csrf(), Accept: "text/html" };
  let answer;
  try {
    answer = await fetch(address, { ...request, headers });
  } catch {
    return form && refuse(form, root.dataset.offline);
  }
  const leads = answer.headers.get("HX-Redirect");
  if (leads) return location.assign(leads);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const drawn = page.getElementById("opportunity");
  if (!drawn) return form && refuse(form, answer.status === 401 ? root.dataset.signedOut : root.dataset.refused);
  keepTyped(root, drawn, form);
  root.replaceWith(drawn);
  focus(drawn, form);
  for (const [name, detail] of Object.entries(JSON.parse(answer.headers.get("HX-Trigger") ?? "{}"))) {
    document.dispatchEvent(new CustomEvent(name, { detail }));
  }
  const changed = { ids: [drawn.dataset.id], from: drawn };
  if (form && answer.ok) document.dispatchEvent(new CustomEvent("opportunities", { detail: changed }));
}

// What somebody is typing into other forms meanwhile stays.
function keepTyped(root, drawn, form) {
  for (const other of root.querySelectorAll("form")) {
    if (other === form || !other.closest(".in-place[open], .composer")) continue;
    for (const field of other.elements) {
      const isTyped = "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
      const place = field.id && drawn.querySelector(`#${CSS.escape(field.id)}`);
      if (!isTyped || !place) continue;
      place.value = field.value;
      place.closest(".in-place")?.setAttribute("open", "");
    }
  }
}

function focus(drawn, form) {
  const wrong = drawn.querySelector("[aria-invalid=true], .conflict input:checked");
  const place = form?.closest("[id]")?.id;
  const same = place && drawn.querySelector(`#${CSS.escape(place)} > summary`);
  (wrong ?? same)?.focus({ preventScroll: !wrong });
}
