// Says inside of a form why it was not saved; what was typed stays.

export function refuse(form, sentence) {
  form.querySelector("[data-problem]")?.remove();
  const problem = document.createElement("p");
  problem.className = "field-error";
  problem.dataset.problem = "";
  problem.setAttribute("role", "alert");
  problem.textContent = sentence;
  form.append(problem);
}
