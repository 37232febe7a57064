// What a doubtful message is asked for: work in a worker, or the wait that the server names where there is none. A module
// that chat.js loads when it comes to that.

// What to send with the message. The server measures the wait by its own clock, so this one only has to count.
export const met = ({ token, bits, parts, wait, why }, script, signal) => new Promise((done) => {
  let worker = null;
  const finish = (proof) => {
    clearTimeout(timer);
    worker?.terminate();
    done({ check: token, proof });
  };
  const timer = setTimeout(finish, wait + 250, ""); // however slow the browser is at the work
  signal.addEventListener("abort", () => finish(""), { once: true });
  if (why === "unsolved") return; // it reckons wrongly: the wait does it
  try {
    worker = new Worker(script);
    worker.onmessage = ({ data }) => finish(data);
    worker.onerror = (event) => event.preventDefault(); // told here: the wait does it
    worker.postMessage({ token, bits, parts });
  } catch { /* no workers here: the wait does it */ }
});
