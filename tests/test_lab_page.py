"""The lab's page in a real browser: headless Chromium by Playwright. Where there is none, these tests skip and say so."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.served import CHROMIUM, FLAGS, Server
from experiments.lab.levers import levers
from experiments.language import catalogue

pytest.importorskip("starlette", reason="the extra [lab] is not installed")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install -e '.[dev]'")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed: apt-get install chromium")

SMALL = "consumers=500&days=180&seeds=2&dots=60&engine=test"
WAIT = 90_000  # milliseconds, on a busy machine
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_api.sync_playwright() as kit:
        one = kit.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield one
        one.close()


class Visit:
    """A page of the lab, and everything that went wrong on it."""

    def __init__(self, browser: object, server: Server, wide: int = 1400, high: int = 900):
        self.server, self.faults, self.asked = server, [], []
        self.context = browser.new_context(
            viewport={"width": wide, "height": high}, accept_downloads=True, locale="en-GB", reduced_motion="reduce"
        )
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.page.set_default_timeout(WAIT)
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, words: str = SMALL, done: bool = True) -> "Visit":
        """Opens the lab with a question in its address and waits until it is answered."""
        self.page.goto(f"{self.server.address}#{words}")
        self.seen = "none"
        if done:
            self.again()
        return self

    def again(self) -> None:
        """Waits for an answer that was not waited for before, of what was asked last; it may have come already."""
        self.seen = self.page.wait_for_selector(f"body[data-done]:not([data-done='{self.seen}'])").get_attribute("data-done")

    def value(self, script: str) -> object:
        """What a script says about the page."""
        return self.page.evaluate(script)


def soon(page: object, holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold, while the page goes on; a slow machine may take its time."""
    for _ in range(WAIT // 50):
        if holds():
            return True
        page.wait_for_timeout(50)
    return False


@pytest.fixture
def visit(browser: object, server: Server) -> Iterator[Visit]:
    one = Visit(browser, server)
    yield one
    one.context.close()
    assert not one.faults
    assert all(url.startswith((server.address, "blob:", "data:")) for url in one.asked)


def follow(page: object, dot: int) -> None:
    """Follows a dot and waits for its story."""
    page.fill("#follow-number", str(dot))
    page.press("#follow-number", "Enter")
    page.wait_for_selector("#story .b li")


EVENT = '{"driver":"needs","start":30,"factor":0.8,"length":60,"ramp":0}'
UNFOLD = """() => {
  for (const one of document.querySelectorAll('main details')) { one.open = true; one.dispatchEvent(new Event('toggle')); }
  for (const one of document.querySelectorAll('.lever .about')) one.click();
}"""
PAST = """() => [...document.querySelectorAll('body *')].filter((one) => {
  if (!one.checkVisibility() || one.closest('.scroll, .unseen, svg, #story ol, .skip')) return false;
  const box = one.getBoundingClientRect();
  return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
}).map((one) => one.outerHTML.slice(0, 90))"""
SPILT = """() => [...document.querySelectorAll('button, label, h2, p, legend, figcaption, summary, .levers, #dialog-body')].filter((one) =>
  one.checkVisibility() && !one.closest('.unseen, .scroll') && !one.matches('.unseen') && one.scrollWidth > one.clientWidth + 2
  && getComputedStyle(one).display !== 'inline').map((one) => one.outerHTML.slice(0, 90))"""


@pytest.mark.parametrize("wide", [390, 1400])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_is_outside_its_box(browser: object, server: Server, wide: int, language: str) -> None:
    visit = Visit(browser, server, wide).open(f"{SMALL}&lang={language}&events=[{EVENT}]")
    follow(visit.page, 7)
    visit.value(UNFOLD)
    past, spilt = visit.value(PAST), visit.value(SPILT)
    for name in ("gallery", "lessons", "help"):
        visit.page.click(f"#open-{name}")
        past, spilt = past + visit.value(PAST), spilt + visit.value(SPILT)
        visit.page.keyboard.press("Escape")
    visit.context.close()
    assert not past and not spilt


def test_the_prediction_comes_before_the_reveal(visit: Visit) -> None:
    visit.open("", done=False).page.wait_for_selector(".predict")
    assert not visit.page.is_visible("#answer") and not visit.page.is_visible("#card-curve")
    visit.page.click("[data-guess=b]")
    visit.page.wait_for_selector(".told")
    assert visit.page.is_visible("#answer .guess")


def test_it_plays_and_can_be_scrubbed_and_stepped(visit: Visit) -> None:
    visit.open()
    played = soon(visit.page, lambda: float(visit.page.input_value("#scrub")) > 0)
    visit.page.click("#play")
    visit.page.fill("#scrub", "100")
    there = visit.page.inner_text("#day")
    visit.page.click("#step")
    assert played and there == "day 100" and visit.page.inner_text("#day") == "day 101"
    visit.page.click("#back")
    assert visit.page.inner_text("#day") == "day 100"


def test_the_keyboard_alone_suffices(visit: Visit) -> None:
    visit.open()
    page = visit.page
    page.keyboard.press("Space")
    page.keyboard.press("r")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.inner_text("#day") == "day 3"
    page.keyboard.press("?")
    assert page.is_visible("#dialog")
    page.keyboard.press("Escape")
    page.focus("#first-levers [data-path='strategy.skill.closing'] .a input[type=range]")
    page.keyboard.press("ArrowRight")
    visit.page.wait_for_selector("#first-levers [data-path='strategy.skill.closing'] .a.changed")
    reachable = visit.value("""() => [...document.querySelectorAll('button, input, select, summary, canvas')]
        .filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex < 0).length""")
    assert reachable == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_language_leaves_no_word_of_the_other(visit: Visit, language: str) -> None:
    """Everything is opened: every lever with what is about it, an event, tables, a story, dialogs, a fault, and the same after a switch."""
    other = {"en": "zh", "zh": "en"}[language]
    visit.open(f"{SMALL}&lang={other}&events=[{EVENT}]")
    follow(visit.page, 7)
    visit.page.click("#language")
    visit.value(UNFOLD)
    said = visit.page.inner_text("body")
    for name in ("gallery", "lessons", "history", "help"):
        visit.page.click(f"#open-{name}")
        said += visit.page.inner_text("#dialog")
        visit.page.keyboard.press("Escape")
    said += "".join(
        visit.value("() => [...document.querySelectorAll('[aria-label], [placeholder]')].map((one) => one.ariaLabel ?? one.placeholder)")
    )
    assert len(said) > 50_000
    if language == "en":
        assert not CHINESE.search(said.replace("中文", ""))
    else:
        paths = re.compile(
            r"(market|strategy)\.[\w.]+|Funnelsim|funnel|English|seed|CSV|HTML|Parquet|SVG|PNG|prototype|[0-9a-f]{12}|[A-Z]\d+"
        )
        assert not re.findall(r"[A-Za-z]{3,}", paths.sub("", said))


def tab_to(page: object, selector: str) -> None:
    """Goes on by the tab key until the focus is there."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the tab key does not reach {selector}")


def test_from_a_scenario_to_its_answer_without_a_mouse(visit: Visit) -> None:
    visit.page.route("**/api/run", lambda route: route.continue_(post_data=json.dumps(
        json.loads(route.request.post_data) | {"consumers": 500, "days": 90, "seeds": 2})))  # fmt: skip
    page = visit.open().page
    page.keyboard.press("Tab")
    tab_to(page, "#open-gallery")
    page.keyboard.press("Enter")
    tab_to(page, "[data-id=direct-agency-format]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".predict")
    tab_to(page, "[data-guess=b]")
    page.keyboard.press("Enter")
    visit.page.wait_for_selector(".told")
    tab_to(page, "[data-path='strategy.exposure'] .b input[type=range]")
    page.keyboard.press("ArrowRight")
    tab_to(page, "#play")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-path='strategy.exposure'] .b.changed")


def test_a_link_brings_back_what_was_asked(visit: Visit) -> None:
    visit.open()
    number = "#first-levers [data-path='strategy.skill.closing'] .b input[type=number]"
    visit.page.fill(number, "1.5")
    visit.page.press(number, "Tab")
    visit.again()
    visit.page.click("#share")
    visit.page.wait_for_selector("#toast.on")
    address = visit.value("() => navigator.clipboard.readText()")
    assert "B.skill.closing=1.5" in address and "exposure" not in address and "engine=" in address
    told = visit.page.inner_text(".told >> nth=0")
    visit.page.goto("about:blank")
    visit.page.goto(address)
    visit.page.wait_for_selector("body[data-done]")
    assert visit.page.input_value(number) == "1.5" and visit.page.inner_text(".told >> nth=0") == told


def test_every_lever_asks_for_what_it_says(visit: Visit) -> None:
    visit.open()
    asked = quiet(visit)
    moved = visit.value("""async () => {
      document.getElementById('more').open = true;
      for (const group of document.querySelectorAll('.more-group')) group.open = true;
      await new Promise((wait) => setTimeout(wait, 600));
      const paths = [];
      for (const box of document.querySelectorAll('.lever')) {
        const pull = box.querySelector('.pull:last-child, .pull.m');
        const one = pull.querySelector('input[type=range]') ?? pull.querySelector('select') ?? pull.querySelector('input');
        const old = one.value;
        if (one.tagName === 'SELECT') one.selectedIndex = (one.selectedIndex + 1) % one.options.length;
        else if (one.type === 'range') one.value = Number(old) === Number(one.max) ? one.min : one.max;
        else one.value = one.type === 'number' ? '1' : 'x';
        if (one.value !== old) { one.dispatchEvent(new Event('change', { bubbles: true })); paths.push(box.dataset.path); }
        await new Promise((wait) => setTimeout(wait, 0));
      }
      await new Promise((wait) => setTimeout(wait, 300));
      return paths;
    }""")
    soon(visit.page, lambda: asked and set(moved) <= {*asked[-1]["market"], *asked[-1]["set_b"]})
    sent = {**asked[-1]["market"], **asked[-1]["set_b"]}
    assert len(moved) > 400 and set(moved) >= set(sent)
    known = {one["path"]: one for one in levers()}
    kept = [path for path in moved if path not in sent]
    assert not kept, [(path, known[path]["kind"]) for path in kept]


def quiet(visit: Visit) -> list[dict]:
    """What is asked from now on; nothing of it is lived."""
    asked: list[dict] = []
    visit.page.route("**/api/run", lambda route: (asked.append(json.loads(route.request.post_data)), route.fulfill(
        status=200, content_type="application/x-ndjson", body='{"kind":"void"}\n'))[1])  # fmt: skip
    return asked


def test_levers_can_be_undone_copied_reset_and_sifted(visit: Visit) -> None:
    page, asked = visit.open().page, quiet(visit)
    number = "#first-levers [data-path='strategy.skill.{}'] .{} input[type=number]"
    for skill, value in (("closing", "1"), ("care", "2")):
        page.fill(number.format(skill, "a"), value)
        page.press(number.format(skill, "a"), "Tab")
    page.check("#only-changed")
    base = json.loads(visit.server.get("/api/base?a=direct&b=dealer_4s&basis=format")[2])
    usual = {one["path"]: one["default"] for one in levers()}
    parted = {
        path
        for path in {**base["a"], **base["b"]}
        if path in usual and base["a"].get(path, usual[path]) != base["b"].get(path, usual[path])
    }
    shown = visit.value(
        "() => [...document.querySelectorAll('.lever')].filter((one) => one.checkVisibility()).map((one) => one.dataset.path)"
    )
    assert set(shown) == parted | {"strategy.skill.closing", "strategy.skill.care"} and parted
    page.click("#copy")
    assert soon(page, lambda: asked[-1]["set_b"] == {"strategy.skill.closing": 1, "strategy.skill.care": 2})
    page.click("#undo")
    assert soon(page, lambda: asked[-1]["set_b"] == {})
    page.click("[data-path='strategy.skill.care'] .about")
    assert "strategy.skill.care" in page.inner_text(".explain")
    page.click(".explain button")
    assert soon(page, lambda: asked[-1]["set_a"] == {"strategy.skill.closing": 1})
    page.click("#reset")
    assert soon(page, lambda: asked[-1]["set_a"] == asked[-1]["set_b"] == {})


def test_a_dated_event_is_asked_for_and_comes_back_by_the_link(visit: Visit) -> None:
    visit.open()
    visit.page.click("#more > summary")
    visit.page.click("#events > summary")
    visit.page.click("#add-event")
    visit.again()
    visit.page.fill(".event [data-field=start]", "20")
    visit.page.press(".event [data-field=start]", "Tab")
    visit.again()
    told, address = visit.page.inner_text(".told >> nth=0"), visit.value("() => location.href")
    visit.page.goto("about:blank")
    visit.page.goto(address)
    visit.page.wait_for_selector("body[data-done]")
    assert visit.page.input_value(".event [data-field=start]") == "20" and visit.page.inner_text(".told >> nth=0") == told


def test_a_teacher_reveals_every_answer_and_locks_the_levers(visit: Visit) -> None:
    visit.open(f"{SMALL}&teacher=1&lock=1", done=False).page.wait_for_selector("[data-guess=a]")
    page = visit.page
    assert visit.value("() => [...document.querySelectorAll('.lever input, .levers-tools button')].every((one) => one.disabled)")
    page.click("[data-guess=a]")
    assert not page.is_visible("#answer") and not page.is_visible("#scrub")
    page.click(".predict button")
    page.wait_for_selector("#answer .told")
    page.uncheck("#lock")
    page.select_option("#seeds", "1")
    page.wait_for_selector("[data-guess=a]")  # hidden again
    assert not page.is_visible("#answer") and "teacher=1" in page.url and "lock=1" not in page.url


def test_every_picture_can_be_shown_as_a_table(visit: Visit) -> None:
    visit.open()
    for card in ("crowd-table", "card-curve", "card-money", "card-waits", "card-flow"):
        place = visit.page.locator(f"#{card} details.data, details#{card}").first
        place.locator("summary").click()
        assert place.locator("td").count() >= 8, card
    before = visit.page.inner_text("#crowd-table")
    visit.page.fill("#scrub", "170")
    assert visit.page.inner_text("#crowd-table") != before and "day 170" in visit.page.inner_text("#crowd-table")


def test_a_lesson_asks_first_which_lever_will_do_it(visit: Visit) -> None:
    page, _ = visit.open().page, quiet(visit)
    page.click("#open-lessons")
    page.click("[data-id=leak]")
    page.wait_for_selector(".predict")
    assert page.locator("[data-guess]").count() == 4 and page.locator(".lever").count() == 3
    page.click("[data-guess='strategy.skill.closing']")
    assert not page.is_visible(".predict")


DRAG = """(values) => { const one = document.querySelector("#first-levers [data-path='strategy.skill.closing'] .b input[type=range]");
  for (const value of values) { one.value = value; one.dispatchEvent(new Event('input', { bubbles: true })); } }"""
LET_GO = """() => document.querySelector("#first-levers [data-path='strategy.skill.closing'] .b input[type=range]")
  .dispatchEvent(new Event('change', { bubbles: true }))"""


def test_a_dragged_lever_is_answered_by_looks_and_let_go_by_the_whole_and_can_be_undone(visit: Visit) -> None:
    visit.open()
    page, asked = visit.page, []
    page.on("request", lambda request: asked.append(json.loads(request.post_data)) if request.url.endswith("/api/run") else None)
    rev = page.get_attribute("body", "data-rev")
    page.evaluate(DRAG, [0.2, 0.4, 0.6, 0.8])
    page.wait_for_selector(f"body.ahead:not([data-rev='{rev}'])")
    page.evaluate(DRAG, [1.0])
    page.evaluate(LET_GO)
    visit.again()
    looks = [one["set_b"]["strategy.skill.closing"] for one in asked if one.get("preview")]
    assert looks in ([0.2, 0.8, 1.0], [0.2, 1.0])  # one at a time, and always of what holds then
    assert "preview" not in asked[-1] and asked[-1]["set_b"]["strategy.skill.closing"] == 1.0
    assert page.get_attribute("body", "class") == ""
    page.click("#undo")
    visit.again()
    assert "set_b" not in asked[-1] or not asked[-1]["set_b"]


def test_one_persons_story_can_be_followed(visit: Visit) -> None:
    visit.open()
    follow(visit.page, 7)
    assert "Person 7" in visit.page.inner_text("#story")


def test_the_gallery_opens_a_scenario_and_the_history_brings_the_last_one_back(visit: Visit) -> None:
    visit.open()
    first = visit.page.inner_text("#question")
    visit.page.click("#open-gallery")
    assert visit.page.locator(".pick").count() > 50
    visit.page.route("**/api/run", lambda route: route.continue_(post_data=json.dumps(
        json.loads(route.request.post_data) | {"consumers": 500, "days": 90, "seeds": 2})))  # fmt: skip
    visit.page.click("[data-id=nio_like]")
    visit.page.click("[data-guess=skip]")
    visit.again()
    assert visit.page.inner_text("#question") != first
    visit.page.click("#open-history")
    visit.page.click(".pick >> nth=-1")
    visit.again()
    assert visit.page.inner_text("#question") == first


@pytest.mark.parametrize("form", ["csv", "parquet", "replay", "png", "svg-curve", "svg-flow"])
def test_export_files_open(visit: Visit, form: str, tmp_path: Path) -> None:
    visit.open()
    visit.page.click("#exports > summary")
    with visit.page.expect_download() as coming:
        visit.page.click(f"[data-form={form}]")
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    data = path.read_bytes()
    begins = {"csv": b"\xef\xbb\xbfside,", "parquet": b"PAR1", "replay": b"<!doctype html>", "png": b"\x89PNG"}.get(form, b"<svg")
    assert data.startswith(begins) and len(data) > 1000


def test_a_replay_plays_from_a_file_without_a_network(browser: object, visit: Visit, tmp_path: Path) -> None:
    visit.open()
    visit.page.click("#exports > summary")
    with visit.page.expect_download() as coming:
        visit.page.click("[data-form=replay]")
    path = tmp_path / "replay.html"
    coming.value.save_as(path)
    alone = browser.new_context(offline=True)
    page, faults = alone.new_page(), []
    page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(path.as_uri())
    page.wait_for_selector(".told")
    assert soon(page, lambda: float(page.input_value("#scrub")) > 0) and not page.is_visible(".levers")
    follow(page, int(re.search(r'"stories":\{"(\d+)"', path.read_text(encoding="utf-8"))[1]))
    page.click("#language")
    assert CHINESE.search(page.inner_text("#answer"))
    alone.close()
    assert not faults


def test_a_lesson_fails_at_its_start_and_passes_by_results(visit: Visit) -> None:
    visit.open("lesson=noise&scenario=noise&a=direct&b=direct&basis=as_found&seeds=2&consumers=500&days=180&B.skill.closing=2&engine=test")
    visit.page.wait_for_selector(".verdict")
    assert visit.page.get_attribute(".verdict", "data-state") == "failed" and visit.page.locator(".lever").count() == 0
    visit.page.select_option("#consumers", "2500")
    visit.again()
    visit.page.select_option("#seeds", "20")
    visit.again()
    assert visit.page.get_attribute(".verdict", "data-state") == "passed"


def test_an_error_is_said_in_a_sentence_and_gone_with_the_next_answer(browser: object, server: Server) -> None:
    visit = Visit(browser, server)
    visit.open(f"{SMALL}&A.skill.closing=99", done=False).page.wait_for_selector("#fault:not([hidden])")
    assert "strategy.skill.closing is 99" in visit.page.inner_text("#fault")
    visit.page.click("#reset")
    visit.page.wait_for_selector("body[data-done]")
    assert not visit.page.is_visible("#fault")
    visit.context.close()


def test_words_of_the_page_are_those_of_the_catalogue(visit: Visit) -> None:
    visit.open()
    assert visit.page.inner_text("#play") in {catalogue("lab")[key]["en"] for key in ("play", "pause")}
