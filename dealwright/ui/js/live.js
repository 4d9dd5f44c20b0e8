// What screen readers hear: one sentence for each finished step. The server says it by the header
// HX-Trigger: {"say": {"sentence": …}}, a behaviour by say(…).

export default function live(element) {
  const hear = ({ detail }) => write(element, detail.sentence);
  document.addEventListener("say", hear);
  return () => document.removeEventListener("say", hear);
}

/** Says a sentence politely. */
export function say(sentence) {
  document.dispatchEvent(new CustomEvent("say", { detail: { sentence } }));
}

function write(element, sentence) {
  element.textContent = "";
  requestAnimationFrame(() => (element.textContent = sentence));
}
