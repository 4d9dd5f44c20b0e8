// A change of several opportunities at once: sends it, and shows what became of it as a toast that
// takes it back.

import { csrf } from "../../../ui/behaviours.js";
import { toast } from "../../../ui/toasts.js";

/** Posts `fields`; gives whether it was done. `offline`: what is said without a connection. */
export async function change(address, fields, offline) {
  const headers = { "X-CSRF-Token": csrf(), "HX-Request": "true", Accept: "text/html" };
  let answer;
  try {
    answer = await fetch(address, { method: "POST", headers, body: new URLSearchParams(fields) });
  } catch {
    toast(offline);
    return false;
  }
  const leads = answer.headers.get("HX-Redirect");
  if (leads) {
    location.assign(leads);
    return false;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const done = page.querySelector("[data-done]");
  if (!done) {
    toast(page.body.textContent.trim().slice(0, 200));
    return false;
  }
  const undo = done.querySelector("[data-undo]");
  toast(done.dataset.done, undo?.getAttribute("action"), undo && new FormData(undo));
  return true;
}
