"use strict";

// ---- the connection ----

const forced = new URLSearchParams(location.search).get("transport");
const socket = io({
  transports: ["polling", "websocket"].includes(forced) ? [forced] : ["polling", "websocket"],
  closeOnBeforeunload: true, // others see at once that we left
});

const MAX_PICTURE = 3_000_000; // bytes, as on the server
const ANSWER_TIMEOUT = 15_000;

let wanted = null; // the name and room we asked for, asked for again after a reconnection
let joined = null; // what the server has granted; null while we are in no room
let lost = null; // where we were when the connection was lost

socket.on("connect", () => {
  showStatus();
  socket.io.engine.on("upgrade", showStatus);
  if (wanted) {
    join();
  }
});

socket.on("disconnect", (reason) => {
  showStatus();
  if (joined) {
    addEvent("The connection was lost.");
    lost = joined;
    joined = null;
  }
  showPeople([]);
  nobodyTypes();
  if (reason === "io server disconnect") {
    leaveChat("You are in this room in another window. Join again to continue here.");
  }
});

socket.on("connect_error", () => showStatus());

/** Sends an event and returns the server's answer, which has an error if it was refused. */
async function request(event, ...args) {
  try {
    return await socket.timeout(ANSWER_TIMEOUT).emitWithAck(event, ...args);
  } catch {
    return { error: "The server did not answer." };
  }
}

// ---- joining and switching rooms ----

async function join() {
  const asked = wanted;
  const { error } = await request("join", { ...asked, key: personalKey() });
  if (asked !== wanted || !socket.connected) {
    return; // something else was asked for meanwhile, or will be when we are back
  }
  if (!error) {
    enterChat();
  } else if (joined) {
    wanted = joined; // where we still are
    showError(error);
  } else {
    leaveChat(error);
  }
}

function switchRoom(room) {
  if (room && room !== joined?.room) {
    wanted = { name: wanted.name, room };
    showRooms();
    if (socket.connected) {
      join();
    }
  }
}

/** A secret that lets us have our name back when the server has not noticed that we were gone. */
function personalKey() {
  let key = sessionStorage.getItem("key");
  if (!key) {
    key = Array.from(crypto.getRandomValues(new Uint32Array(4)), (n) => n.toString(36)).join("");
    sessionStorage.setItem("key", key);
  }
  return key;
}

$("join-form").addEventListener("submit", (event) => {
  event.preventDefault();
  wanted = { name: $("name").value.trim(), room: tidyRoom($("room").value) };
  showError("");
  if (socket.connected) {
    join();
  } else {
    if (!socket.active) {
      socket.connect(); // else it is about to be connected, and joins then
    }
    showError("Connecting to the server…");
  }
});

$("room-form").addEventListener("submit", (event) => {
  event.preventDefault();
  switchRoom(tidyRoom($("other-room").value));
  event.target.reset();
});

function tidyRoom(room) {
  return room.trim().toLowerCase();
}

$("change").addEventListener("click", () => {
  $("chat").hidden = true;
  $("welcome").hidden = false;
  $("name").select();
});

function enterChat() {
  const isBack = lost?.name === wanted.name && lost.room === wanted.room;
  joined = wanted;
  lost = null;
  sessionStorage.setItem("name", joined.name);
  sessionStorage.setItem("room", joined.room);
  $("welcome").hidden = true;
  $("chat").hidden = false;
  $("room-title").textContent = `# ${joined.room}`;
  if (!isBack) {
    clearMessages();
    nobodyTypes();
  }
  showRooms();
  showError("");
  addEvent(isBack ? "You are back." : `You joined #${joined.room}.`);
  $("text").focus();
}

function leaveChat(error) {
  wanted = null;
  joined = null;
  lost = null;
  clearMessages();
  $("chat").hidden = true;
  $("welcome").hidden = false;
  showError(error);
}

// ---- messages ----

socket.on("message", (author, text) => {
  typing.delete(author);
  showTyping();
  addMessage(author, textElement(text));
});

socket.on("picture", (author, type, bytes) => {
  addMessage(author, pictureElement(new Blob([bytes], { type })));
});

socket.on("joined", (name) => addEvent(`${name} joined.`));
socket.on("left", (name) => {
  typing.delete(name);
  showTyping();
  addEvent(`${name} left.`);
});

$("message-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (text && canSend()) {
    $("text").value = "";
    tellTyping(false);
    send(textElement(text), "message", text);
  }
});

$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("message-form").requestSubmit();
  }
});

$("picture").addEventListener("change", () => {
  sendPicture($("picture").files[0]);
  $("picture").value = "";
});

$("text").addEventListener("paste", (event) => {
  const file = event.clipboardData.files[0];
  if (file) {
    event.preventDefault();
    sendPicture(file);
  }
});

async function sendPicture(file) {
  if (!file || !canSend()) {
    return;
  }
  if (!$("picture").accept.split(",").includes(file.type)) {
    showError("Please choose a PNG, JPEG, GIF or WebP picture.");
  } else if (file.size > MAX_PICTURE) {
    showError(`That picture has ${(file.size / 1e6).toFixed(1)} MB; the limit is 3 MB.`);
  } else {
    // An ArrayBuffer within the arguments travels as binary.
    send(pictureElement(file), "picture", await file.arrayBuffer());
  }
}

function canSend() {
  showError(joined ? "" : "You are offline; please send it when the connection is back.");
  return joined !== null;
}

/** Shows our own message at once, and then whether the server has taken it. */
async function send(content, event, data) {
  const message = addMessage(joined.name, content, true);
  const { error } = await request(event, data);
  message.classList.toggle("unsent", Boolean(error));
  message.classList.toggle("failed", Boolean(error));
  const state = message.querySelector(".state");
  state.textContent = error ? "not sent" : "✓";
  state.title = error ? error : "The server has it";
  if (error) {
    showError(error);
  }
}

// ---- who types ----

const typing = new Map(); // name -> timer that forgets it
let toldTyping = 0; // when we last said that we type; 0 if we do not

socket.on("typing", (name, isTyping) => {
  clearTimeout(typing.get(name));
  typing.delete(name);
  if (isTyping) {
    typing.set(name, setTimeout(() => typing.delete(name) && showTyping(), 6000));
  }
  showTyping();
});

$("text").addEventListener("input", () => tellTyping($("text").value !== ""));

function tellTyping(isTyping) {
  const isNews = isTyping ? Date.now() - toldTyping > 3000 : toldTyping !== 0;
  if (isNews && joined && socket.connected) {
    toldTyping = isTyping ? Date.now() : 0;
    socket.emit("typing", isTyping);
  }
}

function nobodyTypes() {
  typing.forEach(clearTimeout);
  typing.clear();
  toldTyping = 0;
  showTyping();
}

function showTyping() {
  const names = [...typing.keys()];
  $("typing").textContent =
    names.length === 0 ? ""
    : names.length === 1 ? `${names[0]} is typing…`
    : names.length === 2 ? `${names[0]} and ${names[1]} are typing…`
    : "Several people are typing…";
}

// ---- who is where ----

let rooms = {}; // name -> number of people

socket.on("people", showPeople);
socket.on("rooms", (counts) => {
  rooms = counts;
  showRooms();
});

function showPeople(names) {
  $("people").replaceChildren(
    ...names.map((name) => {
      const label = element("span", "", name);
      if (name === wanted?.name) {
        label.append(element("span", "hint", " (you)"));
      }
      const person = element("li", "person");
      person.append(avatar(name), label);
      return person;
    }),
  );
}

function showRooms() {
  $("open-rooms").replaceChildren(
    ...Object.keys(rooms).map((room) => {
      const option = element("option");
      option.value = room;
      return option;
    }),
  );
  $("rooms").replaceChildren(
    ...Object.entries(rooms).map(([room, count]) => {
      const button = element("button", "room", `# ${room}`);
      button.type = "button";
      button.append(element("span", "count", count || ""));
      if (room === wanted?.room) {
        button.setAttribute("aria-current", "true");
      }
      button.addEventListener("click", () => switchRoom(room));
      const item = element("li");
      item.append(button);
      return item;
    }),
  );
}

// ---- the page; what others wrote only ever becomes text, never HTML ----

function $(id) {
  return document.getElementById(id);
}

function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function textElement(text) {
  return element("p", "text", text);
}

function pictureElement(blob) {
  const image = element("img", "picture");
  image.alt = "A picture";
  image.src = URL.createObjectURL(blob);
  image.addEventListener("load", scrollDown);
  return image;
}

function avatar(name) {
  const hue = [...name].reduce((sum, letter) => (sum + letter.codePointAt(0) * 137) % 360, 0);
  const circle = element("span", "avatar", [...name][0].toUpperCase());
  circle.style.setProperty("--hue", hue);
  circle.setAttribute("aria-hidden", "true");
  return circle;
}

function addMessage(author, content, isMine = false) {
  const last = $("messages").lastElementChild;
  const message = element("article", "message");
  const body = element("div", "body");
  const line = element("div", "line");
  const now = new Date();
  const time = element("time", "", now.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
  time.dateTime = now.toISOString();
  message.dataset.author = author;
  message.classList.toggle("mine", isMine);
  message.classList.toggle("unsent", isMine);
  message.classList.toggle("follows", last?.dataset.author === author);
  line.append(element("span", "author", author), time);
  body.append(line, content);
  message.append(avatar(author), body);
  if (isMine) {
    body.append(element("span", "state", "sending…"));
  }
  add(message, isMine);
  if (document.hidden) {
    document.title = "● Sockeye chat";
  }
  return message;
}

function addEvent(text) {
  add(element("p", "event", text));
}

function add(line, mustShow = false) {
  const list = $("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  list.append(line);
  if (atEnd || mustShow) {
    scrollDown();
  }
}

function scrollDown() {
  $("messages").scrollTop = $("messages").scrollHeight;
}

function clearMessages() {
  document.querySelectorAll("img.picture").forEach((image) => URL.revokeObjectURL(image.src));
  $("messages").replaceChildren();
}

function showError(text) {
  const inChat = !$("chat").hidden;
  $("error").textContent = inChat ? text : "";
  $("join-error").textContent = inChat ? "" : text;
}

function showStatus() {
  const transport = socket.connected ? socket.io.engine.transport.name : "";
  const status = $("status");
  status.dataset.connected = socket.connected;
  status.dataset.transport = transport;
  status.textContent = socket.connected ? `online · ${transport}` : "connecting…";
}

document.addEventListener("visibilitychange", () => {
  document.title = "Sockeye chat";
});

$("name").value = sessionStorage.getItem("name") ?? "";
$("room").value = sessionStorage.getItem("room") ?? "lobby";
