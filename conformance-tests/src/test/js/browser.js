// The browser that is installed here.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export function launchChromium() {
  const executablePath = process.env.CHROMIUM ?? BROWSERS.find((path) => existsSync(path));
  if (!executablePath) {
    throw new Error(
      `no Chromium (looked for ${BROWSERS.join(", ")}; set CHROMIUM to the path of yours)`,
    );
  }
  return chromium.launch({ executablePath, args: ["--no-sandbox"] });
}
