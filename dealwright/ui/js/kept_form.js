// A form that fills a page: sent without leaving it, so that nothing typed is lost when the session
// has ended or the server cannot be reached. The server's answer replaces the form, or leads on.

import { csrf } from "./behaviours.js";
import { refuse } from "./unsaved.js";

export default function keptForm(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    await send(form, new URLSearchParams(new FormData(form, event.submitter)));
    delete form.dataset.busy;
  });
}

async function send(form, body) {
  const headers = { "HX-Request": "true", "X-CSRF-Token": csrf(), Accept: "text/html" };
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body, headers });
  } catch {
    return refuse(form, form.dataset.offline);
  }
  const leads = answer.headers.get("HX-Redirect");
  if (leads) return location.assign(leads);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const drawn = page.querySelector(`form[action="${form.getAttribute("action")}"]`);
  if (!drawn) return refuse(form, answer.status === 401 ? form.dataset.signedOut : form.dataset.refused);
  form.replaceWith(drawn);
  drawn.querySelector("[aria-invalid=true]")?.focus();
}
