// The chat example in a real browser: two pages, text and a picture.
import { deflateSync } from "node:zlib";
import { launchChromium } from "./browser.js";
import { assert, check } from "./harness.js";

/** One at a time. They share a browser. */
export const width = 1;

/**
 * @param transports "polling" where the web server carries nothing else
 * @param screenshot where to save a picture of the conversation, if anywhere
 */
export default async function chatBrowser(url, transports = "all", screenshot) {
  const browser = await launchChromium();
  const best = transports === "polling" ? "polling" : "websocket";
  const options = { viewport: { width: 1100, height: 720 }, colorScheme: "light" };

  const enter = async (scope, name, room, transport) => {
    const context = await browser.newContext(options);
    scope.defer(() => context.close());
    const page = await context.newPage();
    page.faults = [];
    page.on("pageerror", (error) => page.faults.push(String(error)));
    page.on("console", (message) => message.type() === "error" && page.faults.push(message.text()));
    await page.goto(transport ? `${url}/?transport=${transport}` : url);
    await page.fill("#name", name);
    await page.fill("#room", room);
    await page.click("#join-form button");
    await page.waitForSelector("#chat:not([hidden])");
    return page;
  };
  const say = async (page, text) => {
    await page.fill("#text", text);
    await page.press("#text", "Enter");
  };
  const heard = (page, author, text) =>
    page
      .locator(".message", { has: page.locator(".author", { hasText: author }) })
      .locator(".text", { hasText: text })
      .waitFor();
  const transportOf = (page, wanted) =>
    page.waitForSelector(`#status[data-connected=true][data-transport=${wanted}]`);
  const send = (page, name, image) =>
    page.setInputFiles("#picture", { name, mimeType: "image/png", buffer: image });

  for (const transport of best === "polling" ? ["polling", undefined] : ["websocket", "polling", undefined]) {
    check(`text and a picture over ${transport ?? "what the server offers"}`, async (scope) => {
      const room = `room-${transport}`;
      const ann = await enter(scope, "Ann", room, transport);
      const ben = await enter(scope, "Ben", room, transport);
      for (const page of [ann, ben]) await transportOf(page, transport ?? best);
      await say(ann, "Hello, Ben! <b>plain</b> ж 😀");
      await heard(ben, "Ann", "Hello, Ben! <b>plain</b> ж 😀");
      await say(ben, "Hello, Ann");
      await heard(ann, "Ben", "Hello, Ann");

      await send(ann, "dot.png", png(48, 32));
      const picture = ben.locator(".message img.picture");
      await picture.waitFor();
      await ben.waitForFunction(() => document.querySelector("img.picture").naturalWidth === 48);
      await ann.waitForSelector(".message.mine:not(.unsent) img.picture");
      for (const page of [ann, ben]) assert.deepEqual(page.faults, []);
    });
  }

  check("presence, typing, names and rooms", async (scope) => {
    const ann = await enter(scope, "Ann", "presence");
    const ben = await enter(scope, "Ben", "presence");
    const eve = await enter(scope, "Eve", "elsewhere");
    await ann.locator(".person", { hasText: "Ben" }).waitFor();
    assert.equal(await ann.locator(".person").count(), 2);
    await transportOf(ann, best);
    await transportOf(ben, best);
    await ben.locator("#text").pressSequentially("Hm");
    await ann.locator("#typing", { hasText: "Ben is typing" }).waitFor();
    await say(ben, "only here");
    await heard(ann, "Ben", "only here");
    assert.equal(await eve.locator(".message").count(), 0);

    await eve.click("#change");
    await eve.fill("#name", "ann");
    await eve.fill("#room", "presence");
    await eve.click("#join-form button");
    await eve.locator("#join-error", { hasText: "already" }).waitFor();
    // Where polls that are given up go unnoticed, a page that just vanishes is missed much later.
    if (best === "polling") {
      await ben.click("#change");
      await ben.fill("#room", "elsewhere");
      await ben.click("#join-form button");
    } else {
      await ben.context().close();
    }
    await ann.locator(".event", { hasText: "Ben left" }).waitFor();
    // The list of who is there is an event of its own, after that one.
    await ann.locator(".person", { hasText: "Ben" }).waitFor({ state: "detached" });
    assert.equal(await ann.locator(".person").count(), 1);
  });

  if (screenshot) {
    check(`a screenshot: ${screenshot}`, async (scope) => {
      const mika = await enter(scope, "Mika", "river");
      const ines = await enter(scope, "Inés", "river");
      const tom = await enter(scope, "Tom", "river");
      for (const page of [mika, ines, tom]) await transportOf(page, best);
      await say(ines, "Morning! The salmon are back at the weir.");
      await heard(mika, "Inés", "Morning");
      await say(mika, "Already? How many did you count?");
      await heard(ines, "Mika", "Already");
      await say(ines, "Forty-two before breakfast. This is what it looks like:");
      await heard(mika, "Inés", "Forty-two");
      await send(ines, "river.png", png(360, 180, river));
      await mika.locator("img.picture").waitFor();
      await say(tom, "Lovely. I am on my way, save me some coffee ☕");
      await heard(mika, "Tom", "Lovely");
      await say(mika, "Bring the big camera.");
      await heard(tom, "Mika", "Bring");
      await ines.locator("#text").pressSequentially("And");
      await mika.locator("#typing", { hasText: "Inés" }).waitFor();
      await mika.screenshot({ path: screenshot });
    });
  }
  return () => browser.close();
}

/** Dusk over water. */
function river(x, y, width, height) {
  const horizon = height * 0.45;
  const sun = Math.hypot(x - width * 0.68, y - horizon + 14) < 26;
  if (y < horizon - 4) return sun ? [255, 226, 160] : [238 - y / 2, 140 + y / 3, 110 + y];
  const hill = horizon + 6 * Math.sin(x / 28) + 4 * Math.sin(x / 9);
  if (y < hill + 8) return [52, 64, 60];
  const wave = Math.sin(y / 2.2 + Math.sin(x / 17) * 2) * 14;
  const glow = Math.max(0, 90 - Math.abs(x - width * 0.68)) * 0.9;
  return [70 + wave + glow, 96 + wave + glow * 0.6, 124 + wave];
}

/** A PNG file of that size: a colour for each point. */
function png(width, height, colour = (x, y) => [x * 5, y * 7, 90]) {
  const raw = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * (1 + 3 * width) + 1 + 3 * x;
      colour(x, y, width, height).forEach(
        (value, i) => (raw[at + i] = Math.max(0, Math.min(255, value))),
      );
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(raw)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
