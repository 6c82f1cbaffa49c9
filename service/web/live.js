"use strict";
// Keeps a page current.  The element with `data-live` names a stream of events; whenever one comes,
// the page is read again, and its parts (`data-part`) that have changed are put in place of the old.
// So what stands here is what the page says without this script.
(() => {
  const PAUSE = 1500;
  const LOOK = 5000;
  let source = null;
  let watched = "";
  let busy = false;
  let again = false;

  function follow() {
    const live = document.querySelector("[data-live]");
    const events = live ? live.dataset.live : "";
    if (events === watched) return;
    if (source) source.close();
    source = null;
    watched = events;
    if (!events) return;
    source = new EventSource(events);
    for (const kind of ["progress", "checkpoint", "ended", "claimed", "left", "retried", "end"]) {
      source.addEventListener(kind, refresh);
    }
    // The stream of a job ends with the job; an entry goes on with its next one.
    source.addEventListener("end", () => {
      source.close();
      watched = "";
    });
  }

  async function refresh() {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok) swap(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The service is away for a while: the next event or look tries again.
    }
    setTimeout(() => {
      busy = false;
      if (again) {
        again = false;
        refresh();
      }
    }, PAUSE);
  }

  // Parts as they were served, whatever other scripts have made of them.
  const served = new Map();
  for (const part of document.querySelectorAll("[data-part]")) {
    served.set(part.dataset.part, part.outerHTML);
  }

  function swap(fresh) {
    for (const part of document.querySelectorAll("[data-part]")) {
      const other = fresh.querySelector(`[data-part="${part.dataset.part}"]`);
      if (!other || other.outerHTML === served.get(part.dataset.part)) continue;
      if (part.contains(document.activeElement)) continue;
      served.set(part.dataset.part, other.outerHTML);
      part.replaceWith(document.adoptNode(other));
    }
    document.title = fresh.title;
    follow();
  }

  follow();
  setInterval(() => {
    if (document.querySelector("[data-live]") && !document.hidden) refresh();
  }, LOOK);
})();
