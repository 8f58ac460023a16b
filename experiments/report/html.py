"""The report: one HTML file to mail, made of result files alone. No JavaScript, nothing loaded from anywhere, the same bytes every time."""

import re
import shlex
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from html import unescape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments.answer import headline, network_sentences, question, sentences
from experiments.dictionary import dictionary
from experiments.happenings import happenings
from experiments.language import say
from experiments.parts import write_text
from experiments.report import tables
from experiments.report.assumptions import Group, cited, groups_of
from experiments.report.evidence import Evidence, evidence_of
from experiments.report.inline import inlined
from experiments.report.kpis import family_tables
from experiments.report.picture import Picture
from experiments.report.reasons import flips_of, reasons_of
from sim.schema import GRADES

Pictures = Callable[[], Sequence[Picture]]
TEMPLATES = Path(__file__).parent / "templates"
PLACE = "/* font */"  # where the font goes, once it is known which characters the page has
LARGEST = 400_000  # bytes to mail; a page that would be larger leaves the font of its list of assumptions to the reader's machine
TAG, HIDDEN = re.compile("<[^>]*>"), re.compile("<(style|desc|title)[ >].*?</(style|desc|title)>", re.DOTALL)


def write_report(folder: Path, language: str, path: Path, pictures: Pictures | None = None) -> Path:
    """Writes the report of a results folder and says where it is."""
    write_text(path, page(Path(folder), language, pictures))
    return path


def page(folder: Path, language: str, pictures: Pictures | None = None) -> str:
    """The report of a results folder as HTML.

    pictures  waits for those that are being drawn elsewhere; without it they are drawn here

    Raises ConfigError where it holds no finished results.
    """
    evidence = evidence_of(folder, language)
    loader = FileSystemLoader(TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    html = environment.get_template("report.html").render(contents(evidence) | {"figures": figures(evidence, pictures)})
    whole = html.replace(PLACE, font_for(html), 1)
    if len(whole.encode()) < LARGEST:
        return whole
    return html.replace(PLACE, font_for(html[: html.index('<section id="assumptions">')]), 1)


def contents(evidence: Evidence) -> dict[str, object]:
    """Everything that the template shows but the figures."""
    language = evidence.language
    groups = groups_of(evidence)

    def t(key: str, **values: object) -> str:
        return say("report", key, language, **values)

    return {
        "t": t,
        "language": "zh-CN" if language == "zh" else "en",
        "question": evidence.findings.get("case", {}).get("question", {}).get(language) or question(evidence.labels, language),
        "kicker": kicker(evidence),
        "answers": answers(evidence),
        "bases": findings_of(evidence),
        "network": network_of(evidence),
        "network_head": say("answer", "network_head", language),
        "rests": rests_of(evidence),
        "reasons": reasons_of(evidence),
        "flips": flips_of(evidence),
        "tables": list(tables.numbers(evidence)),
        "accounts": list(tables.accounts(evidence)),
        "families": list(family_tables(evidence)),
        "families_note": say("kpi", "shared", language),
        "families_command": shlex.join(["funnel", "kpi", str(evidence.store.folder), "by=tier", f"lang={language}"]),
        "pairing": tables.pairings(evidence) if len(evidence.names) > 1 else None,
        "seed_noise": t("seed_noise", n=len(evidence.replications), level=evidence.level),
        "about_numbers": grades_of(language),
        "groups": groups,
        "changes": changes_of(groups, language),
        "assumed": t("grade_assumption"),
        "sources": cited(groups),
        "grade_words": {one: t(f"grade_{one}") for one in ("measured-literature", "industry-report", "recalled", "assumption")},
        "facts": facts(evidence),
        "commands": (evidence.command or t("unknown"), again(evidence)),
        "place": Markup(PLACE),
    }


def kicker(evidence: Evidence) -> str:
    """What lived, how long and with what luck."""
    market = evidence.market
    about = {
        "n": len(evidence.replications),
        "consumers": f"{market.consumers:,}",
        "days": f"{market.days:,}",
        "seed": evidence.manifest["model"]["seed"],
    }
    return say("report", "kicker_facts", evidence.language, **about)


def answers(evidence: Evidence) -> list[str]:
    """The answer to a case's question, then one sentence for each basis."""
    one_only = len(evidence.comparisons) == 1 and len(evidence.names) == 1
    told = evidence.findings.get("case", {}).get("answer", {}).get(evidence.language)
    return ([told] if told else []) + [
        headline(evidence.outcomes[one.basis], evidence.labels, evidence.alpha, evidence.language, "" if one_only else one.basis)
        for one in evidence.comparisons
    ]


def findings_of(evidence: Evidence) -> list[tuple[str, list[str]]]:
    """Each basis in words, and what was found on it; nothing where there is one strategy."""
    if len(evidence.names) < 2:
        return []
    language, labels, level = evidence.language, evidence.labels, evidence.level
    return [
        (
            say("measures", f"footing_{one.basis}_long", language),
            list(sentences(one, labels, level, language, evidence.outcomes[one.basis], evidence.alpha)),
        )
        for one in evidence.comparisons
    ]


def network_of(evidence: Evidence) -> list[str]:
    """What the networks of the sources add to the difference of the formats."""
    return list(network_sentences(evidence.outcomes, evidence.names, evidence.labels, evidence.alpha, evidence.level, evidence.language))


def rests_of(evidence: Evidence) -> list[str]:
    """What the answer rests on: replications, the rule of stopping, how several findings are judged together."""
    language, n, found = evidence.language, len(evidence.replications), evidence.findings
    several = len(evidence.names) > 1
    lines = [
        say("answer", "rests" if several else "rests_one", language, n=n, seed=evidence.manifest["model"]["seed"], level=evidence.level)
    ]
    if not found:
        lines.append(say("report", "no_findings_note", language, level=evidence.level))
    if "precision" in found:
        about = {
            "precision": f"{100 * found['precision']:g}",
            "raw": f"{found['precision']:g}",
            "looks": ", ".join(map(str, found["looks"])),
        }
        lines.append(say("answer", "stopping" if len(found["looks"]) > 1 else "fixed", language, **about))
    lines += [say("answer", "many", language)] if several else []
    lines += happenings(evidence.points, evidence.labels, language)
    return lines + ([say("answer", "rough", language)] if n < 10 else [])


def figures(evidence: Evidence, pictures: Pictures | None) -> list[Mapping[str, object]]:
    """Every picture that these results allow, as a part of the page; none for a folder without findings."""
    if not evidence.findings:
        return []
    return [
        {
            "name": picture.name,
            "caption": say("report", "figure", evidence.language, k=k, finding=picture.finding),
            "subtitle": picture.subtitle,
            "svg": Markup(inlined(picture.svg, f"f{k}", picture.finding, picture.alt)),
        }
        for k, picture in enumerate(pictures() if pictures else drawn(evidence), 1)
    ]


def drawn(evidence: Evidence) -> list[Picture]:
    """Every picture, drawn here; Matplotlib is loaded only now."""
    from experiments.report.gallery import gallery

    return gallery(evidence.store.folder, evidence.language)


def grades_of(language: str) -> str:
    """How many of the numbers put in are of which grade."""
    grades = [one.grade for one in dictionary().values()]
    keys = {"assumed": "A", "recalled": "R", "reported": "I", "measured": "M", "defined": "D"}
    counts = {name: grades.count(GRADES[letter]) for name, letter in keys.items()}
    return say("report", "parameters_text", language, count=len(grades), **counts)


def changes_of(groups: list[Group], language: str) -> str:
    """How many of the values below the user changed."""
    cells = [one for group in groups for row in group.rows for one in row.changed]
    return say("report", "assumptions_text", language, changed=sum(cells), count=len(cells))


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """How the results came about, for whoever makes them again."""
    manifest, language, t = evidence.manifest, evidence.language, lambda key: say("report", key, evidence.language)
    packages = ", ".join(f"{name} {one}" for name, one in manifest.get("packages", {}).items())
    versions = f"Python {manifest['python']}, {packages}" if "python" in manifest else t("unknown")
    told = {"engine": manifest["model"].get("engine"), "git": manifest.get("git"), "hash": manifest.get("hash")}
    told |= {"replications": str(len(evidence.replications)), "seed": str(manifest["model"]["seed"]), "packages": versions}
    return [(say("report", f"fact_{key}", language), value or t("unknown")) for key, value in told.items()]


def again(evidence: Evidence) -> str:
    """The command that writes this page."""
    return shlex.join(["funnel", "report", str(evidence.store.folder), f"lang={evidence.language}"])


def font_for(html: str) -> str:
    """The house font as CSS, with the glyphs that a page uses; browsers make it bold themselves."""
    from experiments.fonts import FAMILY, glyphs_woff

    shown = "".join(sorted(set(unescape(TAG.sub("", HIDDEN.sub("", html))))))
    font = b64encode(glyphs_woff(shown)).decode()
    return f'@font-face {{ font-family: "{FAMILY}"; src: url(data:font/woff;base64,{font}) format("woff"); }}'
