"use strict";
(() => {
  const page = document;
  const all = (selector, within = page) => [...within.querySelectorAll(selector)];
  page.documentElement.classList.add("js");

  // What a figure or a mark means, on hover and on focus; Escape hides it.
  const tip = page.getElementById("tip");
  const meaning = (element) => {
    const mark = element.closest("[data-tip]");
    if (mark) return [mark, mark.dataset.tip];
    const cell = element.closest("td");
    const head = cell && cell.closest("table").tHead;
    const column = head && head.rows[0].cells[cell.cellIndex];
    const figure = element.closest(".figures > div, .profile > div");
    const term = element.closest(".term") || (figure && figure.querySelector(".term")) || (cell && cell.colSpan === 1 && column && column.querySelector(".term"));
    const words = term && page.getElementById(term.getAttribute("aria-describedby"));
    return words ? [cell || term, words.textContent.trim()] : null;
  };
  const show = (event) => {
    const found = event.target.closest && meaning(event.target);
    if (!found) return hide();
    tip.textContent = found[1];
    tip.hidden = false;
    const box = found[0].getBoundingClientRect();
    const left = Math.min(Math.max(8, box.left), page.documentElement.clientWidth - tip.offsetWidth - 8);
    const above = box.top > tip.offsetHeight + 12;
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(above ? box.top - tip.offsetHeight - 8 : box.bottom + 8) + scrollY}px`;
  };
  const hide = () => { tip.hidden = true; };
  page.addEventListener("mouseover", show);
  page.addEventListener("focusin", show);
  page.addEventListener("focusout", hide);
  page.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

  // Tables sort by any column; a group of rows (a segment and its detail) moves as one.
  const value = (group, index) => {
    const cell = group.querySelector("tr").cells[index] || group.cells[index];
    const raw = cell.dataset.value;
    return raw === undefined ? cell.textContent.trim().toLowerCase() : raw === "" ? -Infinity : Number(raw);
  };
  const sort = (head) => {
    const table = head.closest("table");
    const down = head.getAttribute("aria-sort") === "none"
      ? head.classList.contains("n") : head.getAttribute("aria-sort") === "ascending";
    all("th[aria-sort]", table).forEach((other) => other.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const grouped = table.tBodies.length > 1;
    const rows = grouped ? [...table.tBodies] : [...table.tBodies[0].rows];
    const read = grouped ? value : (row, index) => {
      const raw = row.cells[index].dataset.value;
      return raw === undefined ? row.cells[index].textContent.trim().toLowerCase() : raw === "" ? -Infinity : Number(raw);
    };
    const order = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b));
    rows.sort((a, b) => order(read(a, head.cellIndex), read(b, head.cellIndex)) * (down ? -1 : 1));
    rows.forEach((row) => (grouped ? table : table.tBodies[0]).append(row));
  };
  all("th[aria-sort]").forEach((head) => head.querySelector("button").addEventListener("click", () => sort(head)));

  // Segments open to their profile and customers, and are searched with what is in them.
  const open = (button, wanted) => {
    button.setAttribute("aria-expanded", String(wanted));
    page.getElementById(button.getAttribute("aria-controls")).hidden = !wanted;
  };
  all(".opener").forEach((button) => {
    open(button, false);
    button.addEventListener("click", () => open(button, button.getAttribute("aria-expanded") !== "true"));
  });
  all("input[data-filters]").forEach((box) => {
    const groups = [...page.getElementById(box.dataset.filters).tBodies];
    const said = page.getElementById(box.dataset.says);
    box.addEventListener("input", () => {
      const sought = box.value.trim().toLowerCase();
      const fitting = groups.filter((group) => {
        group.hidden = !group.textContent.toLowerCase().includes(sought);
        return !group.hidden;
      });
      said.textContent = sought ? `${fitting.length} of ${groups.length} segments` : "";
    });
  });
  all("button[data-opens]").forEach((button) => {
    button.addEventListener("click", () => {
      const wanted = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(wanted));
      all(".opener", page.getElementById(button.dataset.opens)).forEach((opener) => open(opener, wanted));
    });
  });

  // A picture is saved with its title; as it stands on the screen.
  const SVG = "http://www.w3.org/2000/svg";
  const alone = (figure) => {
    const seen = all(".drawing svg", figure).find((svg) => svg.getClientRects().length);
    const width = Number(seen.getAttribute("width")), height = Number(seen.getAttribute("height")), room = 40;
    const whole = page.createElementNS(SVG, "svg");
    const set = (element, pairs) => Object.entries(pairs).forEach(([name, text]) => element.setAttribute(name, text));
    set(whole, { xmlns: SVG, width, height: height + room, viewBox: `0 0 ${width} ${height + room}` });
    const paper = page.createElementNS(SVG, "rect");
    set(paper, { width, height: height + room, fill: "white" });
    const title = page.createElementNS(SVG, "text");
    set(title, { x: 8, y: 24, "font-family": "system-ui, sans-serif", "font-size": 16, "font-weight": 600, fill: "#1c2430" });
    title.textContent = figure.querySelector("h3, h4").textContent;
    const drawing = seen.cloneNode(true);
    set(drawing, { y: room });
    whole.append(paper, title, drawing);
    return { text: new XMLSerializer().serializeToString(whole), width, height: height + room };
  };
  const keep = (blob, name) => {
    const link = page.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  };
  const saveSvg = (figure) => keep(new Blob([alone(figure).text], { type: "image/svg+xml" }), `${figure.id}.svg`);
  const savePng = (figure) => {
    const { text, width, height } = alone(figure);
    const image = new Image();
    image.onload = () => {
      const canvas = page.createElement("canvas");
      canvas.width = width * 2;
      canvas.height = height * 2;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => keep(blob, `${figure.id}.png`), "image/png");
    };
    image.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  };
  all("button[data-saves]").forEach((button) => {
    const figure = button.closest("figure");
    button.addEventListener("click", () => (button.dataset.saves === "png" ? savePng : saveSvg)(figure));
  });
  const numbers = page.getElementById("numbers");
  all("button[data-numbers]").forEach((button) => {
    button.addEventListener("click", () => keep(new Blob([numbers.textContent], { type: "application/json" }), "report.json"));
  });
})();
