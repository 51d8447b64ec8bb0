// Each form sends the event that it names, with its fields as the data.
const socket = io();

for (const form of document.forms) {
  form.addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    socket.emit(form.dataset.event, Object.fromEntries(new FormData(form)));
  });
}

socket.on("my_response", ({ data, count }, told) => {
  const line = document.createElement("li");
  line.textContent = `#${count}: ${data}`;
  document.getElementById("log").append(line);
  told?.(); // the server asks for it before it disconnects
});

let asked;
socket.on("connect", ping);
socket.on("my_pong", () => {
  document.getElementById("latency").value = Math.round(performance.now() - asked);
  setTimeout(ping, 1000);
});

function ping() {
  asked = performance.now();
  socket.volatile.emit("my_ping");
}
