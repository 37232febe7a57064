// A file that is chosen is looked at right away: what is in it is shown before anything is done with it.
"use strict";
for (const field of document.querySelectorAll("[data-sends]")) {
  document.getElementById(field.dataset.sends).hidden = false;
  field.addEventListener("change", () => { if (field.files.length) field.form.requestSubmit(); });
}
