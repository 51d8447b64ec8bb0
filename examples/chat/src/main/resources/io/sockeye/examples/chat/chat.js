"use strict";

const $ = (id) => document.getElementById(id);
const wanted = new URLSearchParams(location.search).get("transport");
const socket = io(wanted ? { transports: [wanted] } : {});
const MAX_PICTURE = 3 * 1024 * 1024;
let me = null; // { name, room } while in a room
const typists = new Set();

// ---- connection ----

function showStatus() {
  const transport = socket.connected ? socket.io.engine.transport.name : "";
  $("status").dataset.connected = socket.connected;
  $("status").dataset.transport = transport;
  $("status").textContent = socket.connected ? `connected by ${transport}` : "connecting …";
}

socket.on("connect", () => {
  showStatus();
  socket.io.engine.on("upgrade", showStatus);
  if (me) join(me.name, me.room); // back after a lost connection
});
socket.on("disconnect", showStatus);
socket.on("problem", (message) => addEvent(message));

// ---- coming and going ----

$("join-form").addEventListener("submit", (event) => {
  event.preventDefault();
  join($("name").value, $("room").value);
});

$("change").addEventListener("click", () => {
  $("chat").hidden = true;
  $("join-form").hidden = false;
  $("room").select();
});

async function join(name, room) {
  $("join-error").textContent = "";
  try {
    const answer = await socket.timeout(5000).emitWithAck("join", { name, room });
    if (answer.error) throw new Error(answer.error);
    enter(answer);
  } catch (error) {
    $("join-error").textContent = error.message;
  }
}

function enter({ name, room, people }) {
  if (!me || me.room !== room) $("messages").replaceChildren();
  me = { name, room };
  $("join-form").hidden = true;
  $("chat").hidden = false;
  $("room-name").textContent = room;
  document.title = `#${room} · Sockeye chat`;
  showPeople(people);
  typists.clear();
  showTypists();
  $("text").focus();
}

socket.on("joined", (name, people) => {
  addEvent(`${name} came in`);
  showPeople(people);
});
socket.on("left", (name, people) => {
  addEvent(`${name} left`);
  showPeople(people);
  typists.delete(name);
  showTypists();
});

function showPeople(people) {
  $("people").replaceChildren(
    ...people.map((name) => {
      const person = element("li", "person");
      person.append(badge(name), name === me.name ? `${name} (you)` : name);
      return person;
    }),
  );
}

// ---- messages ----

$("message-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  $("text").value = "";
  tellTyping(false);
  send(addMessage(me.name, textOf(text)), "message", text);
});

$("picture").addEventListener("change", async () => {
  const [file] = $("picture").files;
  $("picture").value = "";
  if (!file) return;
  if (file.size > MAX_PICTURE) return addEvent("A picture may have 3 MB at most");
  const picture = { type: file.type, data: await file.arrayBuffer() };
  send(addMessage(me.name, pictureOf(picture.type, picture.data)), "picture", picture);
});

/** Sends, and shows the message as sent when the server has said so. */
async function send(shown, event, content) {
  shown.classList.add("unsent");
  try {
    await socket.timeout(10_000).emitWithAck(event, content);
    shown.classList.remove("unsent");
  } catch {
    addEvent("That message did not arrive");
  }
}

socket.on("message", (author, text) => addMessage(author, textOf(text)));
socket.on("picture", (author, type, data) => addMessage(author, pictureOf(type, data)));

function addMessage(author, content) {
  const message = element("li", author === me.name ? "message mine" : "message");
  const now = new Date();
  const time = element("time", "", now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = now.toISOString();
  message.append(badge(author), element("span", "author", author), content, time);
  typists.delete(author);
  showTypists();
  return append(message);
}

const textOf = (text) => element("span", "text", text);

function pictureOf(type, data) {
  const image = element("img", "picture");
  image.alt = "A picture";
  image.src = URL.createObjectURL(new Blob([data], { type }));
  image.addEventListener("load", () => {
    URL.revokeObjectURL(image.src);
    image.closest("li").scrollIntoView({ block: "end" });
  });
  return image;
}

const addEvent = (text) => append(element("li", "event", text));

function append(item) {
  $("messages").append(item);
  item.scrollIntoView({ block: "end" });
  return item;
}

// ---- typing ----

let typing = false;
let quiet;

function tellTyping(now) {
  clearTimeout(quiet);
  if (now) quiet = setTimeout(() => tellTyping(false), 3000);
  if (now !== typing) {
    typing = now;
    socket.emit("typing", typing);
  }
}

$("text").addEventListener("input", () => tellTyping($("text").value !== ""));

socket.on("typing", (name, isTyping) => {
  if (isTyping) typists.add(name);
  else typists.delete(name);
  showTypists();
});

function showTypists() {
  const names = [...typists];
  $("typing").textContent =
    names.length === 0 ? "" : `${names.join(", ")} ${names.length === 1 ? "is" : "are"} typing …`;
}

// ---- small things ----

function element(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function badge(name) {
  const made = element("span", "badge", [...name][0].toUpperCase());
  let hue = 0;
  for (const c of name) hue = (hue * 31 + c.codePointAt(0)) % 360;
  made.style.background = `hsl(${hue} 45% 45%)`;
  made.ariaHidden = true;
  return made;
}
