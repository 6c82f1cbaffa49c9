"use strict";
// Tables that are sorted by a click on a title, and rows that are left out by a tick or a family.
// Two ticked rows can be compared: the form does that without this script too.
(() => {
  const figure = (cell) => {
    const text = (cell.dataset.value ?? cell.textContent).trim().replace(/,/g, "");
    const number = parseFloat(text);
    return Number.isNaN(number) ? (text === "" || text === "-" ? Infinity : text) : number;
  };

  function compareCells(a, b) {
    if (typeof a === typeof b) return a < b ? -1 : a > b ? 1 : 0;
    return typeof a === "number" ? -1 : 1;
  }

  function sortTable(table, column, button) {
    const up = button.parentElement.getAttribute("aria-sort") !== "ascending";
    for (const head of table.tHead.rows[0].cells) head.removeAttribute("aria-sort");
    button.parentElement.setAttribute("aria-sort", up ? "ascending" : "descending");
    const rows = [...table.tBodies[0].rows];
    const keys = new Map(rows.map((row) => [row, figure(row.cells[column])]));
    rows.sort((a, b) => (up ? 1 : -1) * compareCells(keys.get(a), keys.get(b)));
    table.tBodies[0].append(...rows);
  }

  for (const table of document.querySelectorAll("table[data-sorts]")) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (head.tagName !== "TH" || !head.textContent.trim()) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.innerHTML = head.innerHTML;
      button.addEventListener("click", () => sortTable(table, column, button));
      head.replaceChildren(button);
    });
  }

  for (const filters of document.querySelectorAll("[data-filters]")) {
    filters.hidden = false;
    const table = document.querySelector("table[data-sorts]");
    const apply = () => {
      const unbiased = filters.querySelector("[name=unbiased]").checked;
      const text = filters.querySelector("[name=text]").value.toLowerCase();
      const family = filters.querySelector("[name=family]").value;
      let count = 0;
      for (const row of table.tBodies[0].rows) {
        row.hidden =
          (unbiased && !("unbiased" in row.dataset)) ||
          (family && row.dataset.family !== family) ||
          !row.textContent.toLowerCase().includes(text);
        count += row.hidden ? 0 : 1;
      }
      filters.querySelector("output").textContent = `${count} of ${table.tBodies[0].rows.length}`;
    };
    filters.addEventListener("input", apply);
  }

  for (const form of document.querySelectorAll("form[data-pairs]")) {
    const boxes = [...form.querySelectorAll(".tick input")];
    const show = () => {
      const ticked = boxes.filter((box) => box.checked);
      form.querySelector("button[data-compare]").disabled = ticked.length !== 2;
      for (const box of boxes) box.disabled = ticked.length === 2 && !box.checked;
    };
    form.addEventListener("input", show);
    show();
  }
})();
