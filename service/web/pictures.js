"use strict";
// Pictures of curves answer to the pointer: the nearest curve stands out, and its value is said.
// What is said comes from the picture's own table of values, which stands beside it for everybody.
(() => {
  const NEAR = 60;

  async function read(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.text();
  }

  function vertices(group) {
    const path = group.querySelector("path").getAttribute("d");
    return [...path.matchAll(/[ML] ([-\d.e+]+) ([-\d.e+]+)/g)].map((one) => ({ x: +one[1], y: +one[2] }));
  }

  // The points of a curve with the words of its column, which has a cell for each of them.
  function curve(group, rows, column) {
    const cells = rows.slice(1).filter((row) => row.cells[column].textContent.trim());
    const label = rows[0].cells[column].textContent;
    const points = vertices(group).map((point, at) => {
      const value = cells[at] ? cells[at].cells[column].textContent : "";
      const step = cells[at] ? cells[at].cells[0].textContent : "";
      return { ...point, text: `${label}: ${value} at ${rows[0].cells[0].textContent} ${step}` };
    });
    return { group, points };
  }

  function nearest(curves, at, scale) {
    let best = { distance: NEAR };
    for (const one of curves) {
      for (const point of one.points) {
        const distance = Math.hypot(point.x - at.x, point.y - at.y) * scale;
        if (distance < best.distance) best = { distance, one, point };
      }
    }
    return best;
  }

  function follow(svg, curves, output) {
    const show = ({ one, point }) => {
      svg.classList.toggle("some", Boolean(one));
      for (const other of curves) other.group.classList.toggle("this", other === one);
      output.textContent = point ? point.text : "";
    };
    svg.addEventListener("pointermove", (event) => {
      const matrix = svg.getScreenCTM();
      const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
      show(nearest(curves, at, matrix.a));
    });
    svg.addEventListener("pointerleave", () => show({}));
  }

  async function enliven(figure) {
    const image = figure.querySelector("img");
    const link = figure.querySelector("a[data-values]");
    if (!image || !link) return;
    const [drawn, page] = await Promise.all([read(image.src), read(link.href)]);
    const svg = new DOMParser().parseFromString(drawn, "image/svg+xml").documentElement;
    const groups = [...svg.querySelectorAll('g[id^="curve-"]')];
    const table = new DOMParser().parseFromString(page, "text/html").querySelector("table");
    if (!groups.length || !table) return;
    const number = (group) => +group.id.slice("curve-".length);
    const curves = groups.map((one) => curve(one, [...table.rows], number(one) + 1));
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", image.alt);
    const output = document.createElement("output");
    output.className = "note";
    image.replaceWith(document.adoptNode(svg));
    figure.append(output);
    follow(svg, curves, output);
  }

  // Once somebody points at it, and again when a live page has put a new picture in its place.
  document.addEventListener("pointerover", (event) => {
    const figure = event.target.closest?.("figure.picture");
    if (!figure || figure.dataset.lively) return;
    figure.dataset.lively = "yes";
    enliven(figure).catch(() => delete figure.dataset.lively);
  });
})();
