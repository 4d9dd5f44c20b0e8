// Listens to the changes that others make and tells the page of them by the event `opportunities`:
// {ids, touched, isStale}. It says when the connection or the session is lost, and changes nothing
// that somebody types.

import { say } from "./live.js";

const TOGETHER = 300; // milliseconds in which changes are collected
const PATIENCE = 3_000; // until a lost connection is shown
const LONGEST_PAUSE = 60_000; // between two tries

export default function liveChanges(element) {
  const collected = fresh();
  const gone = new AbortController();
  let source, told, timer, lateness, retry;
  let pause = 2_000;
  let isAsking = false;

  function open() {
    clearTimeout(retry);
    source?.close();
    const since = told ? `told=${told}` : `since=${element.dataset.since}`;
    source = new EventSource(`/live?${since}`);
    source.addEventListener("hello", hello);
    source.addEventListener("changes", (event) => add(event, JSON.parse(event.data)));
    source.addEventListener("resync", (event) => add(event, { isStale: true }));
    source.addEventListener("ended", ended);
    source.onerror = lost;
  }

  function hello({ data }) {
    const { csrf, viewer } = JSON.parse(data);
    if (viewer !== element.dataset.viewer) return location.reload();
    clearTimeout(lateness);
    lateness = undefined;
    pause = 2_000;
    show(element, null);
    renew(csrf);
  }

  function add(event, { ids = [], touched = [], versions = {}, isStale = false, say: sentence }) {
    told = event.lastEventId || told;
    ids.filter((id) => !isShown(id, versions[id])).forEach((id) => collected.ids.add(id));
    touched.filter((id) => collected.ids.has(id)).forEach((id) => collected.touched.add(id));
    collected.isStale ||= isStale;
    if (sentence) say(sentence);
    timer ??= setTimeout(pass, TOGETHER);
  }

  function pass() {
    timer = undefined;
    if (isBusy()) return void (timer = setTimeout(pass, TOGETHER));
    const { ids, touched, isStale } = collected;
    if (!ids.size && !isStale) return;
    const detail = { ids: [...ids], touched: [...touched], isStale };
    Object.assign(collected, fresh());
    document.dispatchEvent(new CustomEvent("opportunities", { detail }));
  }

  // The browser connects again by itself, unless the server refused: then its status says why.
  function lost() {
    lateness ??= setTimeout(() => show(element, "offline"), PATIENCE);
    if (source.readyState === EventSource.CLOSED) ask();
  }

  async function ask() {
    if (isAsking || document.hidden) return;
    isAsking = true;
    const status = await statusOf("/live");
    isAsking = false;
    if (gone.signal.aborted) return;
    if (status === 401) return ended();
    clearTimeout(retry);
    retry = setTimeout(open, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  function ended() {
    source.close();
    clearTimeout(lateness);
    lateness = undefined;
    show(element, "ended");
  }

  // A browser keeps few connections to a server: a page that nobody sees gives its own back, and
  // is told later what it has missed.
  function look() {
    if (!document.hidden) return open();
    source.close();
    clearTimeout(lateness);
    lateness = undefined;
  }

  const back = () => source.readyState === EventSource.CLOSED && ask();
  const until = { signal: gone.signal };
  document.addEventListener("click", ({ target }) => target.closest?.("[data-again]") && open(), until);
  document.addEventListener("visibilitychange", look, until);
  addEventListener("focus", back, until);
  addEventListener("online", back, until);
  open();
  return () => {
    gone.abort();
    source.close();
    [timer, lateness, retry].forEach(clearTimeout);
  };
}

function fresh() {
  return { ids: new Set(), touched: new Set(), isStale: false };
}

// The page shows this version already: it was the one that made the change.
function isShown(id, version) {
  return version && document.querySelector(`[data-id="${id}"]`)?.dataset.version === `${version}`;
}

// While something is dragged or being sent, the page keeps still.
function isBusy() {
  return document.documentElement.matches(".dragging") || document.querySelector("[data-busy]:not(button)");
}

// A page that stays while its user signs in again sends the new session's token.
function renew(token) {
  const meta = document.querySelector('meta[name="csrf"]');
  if (meta) meta.content = token;
  document.querySelectorAll('input[name="csrf"]').forEach((field) => (field.value = token));
}

async function statusOf(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "text/event-stream" } });
    answer.body?.cancel();
    return answer.status;
  } catch {
    return 0;
  }
}

// One strip at a time, above the page; null takes it away.
function show(element, name) {
  const shown = document.querySelector("[data-live-strip]");
  if (shown?.dataset.liveStrip === name) return;
  shown?.remove();
  if (!name) return;
  const strip = element.querySelector(`[data-strip="${name}"]`).content.firstElementChild.cloneNode(true);
  strip.dataset.liveStrip = name;
  document.getElementById("main").prepend(strip);
}
