"use strict";
// Forms that ask for a key send it as a header, where the service looks for it, and never keep it.
for (const form of document.querySelectorAll("form[method=post]")) {
  const key = form.querySelector("input[name=key]");
  if (!key) continue;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    fields.delete("key");
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { Authorization: `Bearer ${key.value}`, Accept: "text/html" },
      body: fields,
    });
    if (answer.redirected) {
      location.assign(answer.url);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.body.replaceWith(document.adoptNode(page.body));
  });
}

// What is sent is looked at while it is written: what is wrong with it, or what it would take.
for (const form of document.querySelectorAll("form[data-estimates]")) {
  const PAUSE = 500;
  let timer = 0;
  async function look() {
    const fields = new URLSearchParams(new FormData(form));
    fields.delete("key");
    fields.set("look", "estimate");
    const headers = { Accept: "text/html" };
    const key = form.querySelector("input[name=key]");
    if (key?.value) headers.Authorization = `Bearer ${key.value}`;
    const answer = await fetch(form.action, { method: "POST", headers, body: fields });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const verdict = page.querySelector("[data-verdict]");
    if (verdict) form.querySelector("[data-verdict]").replaceWith(document.adoptNode(verdict));
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => look().catch(() => {}), PAUSE);
  });
}

// A choice shows its settings at once.
for (const form of document.querySelectorAll("form[data-choices]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
