"""Checks pages by axe-core; see scripts/accessibility."""

import pathlib
import sys

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

UNFOLD = "document.querySelectorAll('details').forEach((d) => { d.open = true; })"
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


# How many of the picture's points are not white, read in the frame in which it was drawn.
DRAWN = """(canvas) => new Promise((done) => {
  canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' }));
  requestAnimationFrame(() => {
    const gl = canvas.getContext('webgl'), bytes = new Uint8Array(4 * canvas.width * canvas.height);
    gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
    let count = 0;
    for (let i = 0; i < bytes.length; i += 4) if (bytes[i] + bytes[i + 1] + bytes[i + 2] < 740) count++;
    done(count / (canvas.width * canvas.height));
  });
})"""


def check(browser, path, scheme, width):
    """What is wrong with a page, a line each."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    found = []
    page.on("request", lambda r: None if r.url.startswith("file:") else found.append(f"requests {r.url}"))
    page.on("pageerror", lambda error: found.append(f"script: {error}"))
    page.goto(path.resolve().as_uri())
    page.evaluate(UNFOLD)
    for button in page.query_selector_all("figure button"):
        button.click()
    for canvas in page.query_selector_all("canvas.cell"):
        share = canvas.evaluate(DRAWN)
        if share < 0.02:
            found.append(f"the view in three dimensions is blank ({share:.3f} of it is drawn)")
    for violation in Axe().run(page).response["violations"]:
        node = violation["nodes"][0]
        found.append(f"{violation['id']} ({violation['impact']}, {len(violation['nodes'])}): {node['html'][:200]}")
    if page.evaluate(WIDE):
        found.append("wider than the screen")
    page.close()
    return found


def main():
    failed = False
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=sys.argv[1], args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"])
        for name in sys.argv[2:]:
            for scheme in ("light", "dark"):
                for width in (1300, 400):
                    found = check(browser, pathlib.Path(name), scheme, width)
                    failed = failed or bool(found)
                    print(f"{name}, {scheme}, {width} px: {len(found)} violations")
                    for line in found:
                        print(f"  {line}")
    sys.exit(failed)


main()
