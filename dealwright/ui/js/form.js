// A form that leaves the page: its button says what happens and cannot be pressed twice.

export default function form(element) {
  const submit = ({ submitter }) => {
    if (!submitter?.dataset.busy) return;
    const words = submitter.textContent;
    setTimeout(() => {
      submitter.disabled = true;
      submitter.textContent = submitter.dataset.busy;
    });
    addEventListener("pageshow", () => {
      submitter.disabled = false;
      submitter.textContent = words;
    }, { once: true });
  };
  element.addEventListener("submit", submit);
}
