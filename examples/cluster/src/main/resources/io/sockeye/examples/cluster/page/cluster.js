"use strict";

const socket = io();
const $ = (id) => document.getElementById(id);

socket.on("connect", () => {
  showTransport();
  socket.io.engine.on("upgrade", showTransport);
});
socket.on("disconnect", () => {
  $("node").textContent = "…";
  $("transport").textContent = "";
});
socket.on("node", (node) => {
  $("node").textContent = node;
});
socket.on("said", ({ node, number, text }) => {
  const line = document.createElement("li");
  line.textContent = `node ${node}, its message ${number}: ${text}`;
  $("heard").append(line);
});

$("say").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.timeout(10_000).emit("say", $("text").value, (error, answer) => {
    $("error").textContent = error ? "No answer." : answer === "ok" ? "" : answer;
    if (answer === "ok") $("text").value = "";
  });
});
$("again").addEventListener("click", () => socket.disconnect().connect());

function showTransport() {
  $("transport").textContent = `by ${socket.io.engine.transport.name}`;
}
