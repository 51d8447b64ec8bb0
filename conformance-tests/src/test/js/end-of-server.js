// What the official client sees of a server that ends: one line each on standard output.
import { io } from "socket.io-client";

const [url, transport, event] = process.argv.slice(2);
const socket = io(url, { transports: [transport], reconnection: false });
socket.on("running", () => console.log("running"));
socket.on("connect_error", (error) => console.log(`connect_error: ${error.message}`));
socket.on("disconnect", (reason) => console.log(`disconnect: ${reason}`));
socket.emit(event, (answer) => console.log(`answer: ${answer}`));
