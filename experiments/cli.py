"""`funnel VERB key=value ...`. Nothing heavy is imported before the verb is known, so that --help is quick."""

import sys
import warnings
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module

VERBS = {
    "compare": "strategies against each other, on the same consumers with the same luck",
    "case": "a named what-if against its baseline, and the answer to its question; without a name, all of them",
    "duel": "strategies as brands in one market, on the same people, and each alone",
    "sweep": "strategies over many values of many numbers: grid, zip, list, Latin hypercube, Sobol; on cores or a cluster",
    "worker": "one shard of a sweep, for job arrays",
    "sensitivity": "which numbers in doubt move an outcome and the decision (Morris, Sobol, tornado); in how many worlds who wins",
    "map": "who wins where over two numbers, with the undecided band, finer along the borders",
    "replay": "one replication of a results folder again, to the same bits",
    "status": "how far a results folder is, what failed, what is damaged, who works on it",
    "compact": "the many parts of a results folder as few",
    "export": "one table of a results folder as one CSV or Parquet file, safe for spreadsheets",
    "run": "one strategy, case or theory, with intervals over replications",
    "kpi": "efficiency, cost, satisfaction and growth of every strategy: whole, by tier, persona or outlet",
    "touchpoints": "what each touchpoint costs, is credited with, and causes: each switched off in turn, with the same luck",
    "report": "one HTML file to mail: the answer, why, figures, assumptions with their sources, what it cannot tell",
    "flip": "the numbers that would turn a comparison, and their break-even values",
    "why": "who bought under one strategy and not under the other with the same luck, and where their lives parted",
    "story": "one consumer's life, day by day, in words",
    "lab": "a web page on this machine: two strategies side by side, levers, people in the funnel, lessons",
    "template": "a sheet of the numbers a strategist has, to fill in; my=my.csv reads it",
    "scenarios": "the markets, strategies, cases and theories there are",
    "explain": "what a parameter means, its unit, range, default and source",
    "doctor": "whether everything that is needed is there, and what to do where it is not",
}
USAGE = """usage: funnel VERB [key=value ...]

{verbs}

Every number of the model is a key: funnel compare market.consumers=50000 strategy.skill.closing=1
Your own scenario files: scenarios_dir=FOLDER (with strategy/, case/ ... inside). One run after another: -m key=1,2,3
funnel VERB --help lists what a verb can be told; funnel explain lists the numbers of the model."""
EXAMPLES = {
    "compare": "funnel compare strategies=direct,dealer_4s basis=both replications=20",
    "case": "funnel case training_programme replications=10 lang=zh",
    "duel": "funnel duel direct dealer_4s replications=10",
    "sweep": "funnel sweep design=grid strategies=direct,dealer_4s strategy.pull=-2,-1.4,-1 market.capital_rate=0.05,0.08 reps=3",
    "worker": "funnel worker --shard 1/4 results=FOLDER design=lhs samples=200 strategy.pull=interval(-2,-1) reps=3",
    "sensitivity": "funnel sensitivity method=worlds samples=100 strategies=direct,agency market.consumers=5000 reps=2",
    "map": "funnel map x=strategy.pull:-2.2..-0.6 y=strategy.unit_cost:160000..200000 strategies=direct,agency reps=4",
    "replay": "funnel replay 1f0c9a3b 2 results=RESULTS",
    "status": "funnel status RESULTS",
    "compact": "funnel compact RESULTS",
    "export": "funnel export RESULTS out=outcomes.csv",
    "run": "funnel run strategy=agency loop=true",
    "kpi": "funnel kpi RESULTS by=tier family=growth",
    "touchpoints": "funnel touchpoints strategy=direct replications=10",
    "report": "funnel report RESULTS lang=zh out=report.html",
    "flip": "funnel flip RESULTS replications=4",
    "why": "funnel why direct dealer_4s replications=5",
    "story": "funnel story --consumer 12 strategy=dealer_4s",
    "lab": "funnel lab",
    "template": "funnel template lang=zh > my.csv",
    "scenarios": "funnel scenarios scenarios_dir=my_scenarios",
    "explain": "funnel explain strategy.skill.closing lang=zh",
    "doctor": "funnel doctor",
}
LIVELY = ("compare", "run", "duel", "touchpoints")  # verbs that need workers whatever they are told
CHECKED = ("case", "story", "why", "sweep", "worker", "sensitivity", "map", *LIVELY)  # verbs whose words are read before anything is loaded
ELSEWHERE = {"report": "reporting", "map": "strategy_map", "lab": "lab.server"}  # the file of a verb whose name is taken
HYDRA_FOLDER = ("--config-dir", "-cd")
FINE, FAILED, USAGE_ERROR = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """The command line; returns the exit code: 0 fine, 1 failed, 2 usage."""
    args = list(sys.argv[1:] if argv is None else argv)
    if not args or args[0] in ("-h", "--help", "help"):
        print(USAGE.format(verbs="\n".join(f"  {verb:10} {words}" for verb, words in VERBS.items())))
        return FINE
    if args[0] == "--version":
        return say(import_module("sim").__version__)
    verb, *words = args
    if verb not in VERBS:
        near = get_close_matches(verb, VERBS, 1)
        meant = f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(VERBS)}"
        return complain([f"unknown verb '{verb}'. {meant}"])
    try:
        return say(help_of(verb)) if {"-h", "--help"} & set(words) else guarded(verb, words)
    except ModuleNotFoundError as gone:
        complain([f"the package '{gone.name}' is not there for {sys.executable}; pip install -c constraints.txt -e . gets what is needed"])
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED


def guarded(verb: str, words: list[str]) -> int:
    """Runs a verb; what a user can mend becomes sentences, never a traceback."""
    from sim.schema import ConfigError

    warnings.showwarning = lambda message, *_: print(f"funnel: note: {message}", file=sys.stderr)
    warnings.simplefilter("once", UserWarning)
    try:
        words, many = plain_words(words, verb)
        if many:
            return import_module("experiments.multirun").multirun(verb, words)
        if verb in CHECKED and words:
            import_module("experiments.refused").refuse(settings_of(verb), words)
        if verb in LIVELY:
            import_module("experiments.workers").begin(words)
        return getattr(import_module(f"experiments.{ELSEWHERE.get(verb, verb)}"), verb)(words)
    except ConfigError as error:
        return complain(error.errors)
    except KeyboardInterrupt as stop:
        more = f"finished replications are kept; the same command with results={stop} goes on" if stop.args else "nothing is lost"
        print(f"\nstopped; {more}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        sys.stderr.close()
        return FAILED
    except OSError as error:
        print(f"funnel: {error}", file=sys.stderr)
        return FAILED
    finally:
        if workers := sys.modules.get("experiments.workers"):
            workers.stop()


def plain_words(words: Sequence[str], verb: str) -> tuple[list[str], bool]:
    """Flags as key=value words (--consumer 12 is consumer=12, --json is json=true), and whether -m was among them."""
    out, many, rest = [], False, iter(words)
    for word in rest:
        flag, equals, value = word.partition("=")
        if word in ("-m", "--multirun"):
            many = True
        elif flag in HYDRA_FOLDER:
            out.append(f"scenarios_dir={value if equals else next(rest, '')}")
        elif word in ("--json", "--new"):
            out.append(f"{word[2:]}=true")
        elif word.startswith("--"):
            out.append(f"{flag[2:].replace('-', '_')}={value if equals else next(rest, '')}")
        else:
            out.append(word)
    return out, many


def help_of(verb: str) -> str:
    """What a verb can be told."""
    lines = [f"funnel {verb}: {VERBS[verb]}", f"  {EXAMPLES[verb]}", ""]
    settings = settings_of(verb)
    if settings:
        from sim.schema import parameters

        for one in parameters(settings):
            default = (
                "" if one.default in (None, "") else f" [{str(one.default).lower() if isinstance(one.default, bool) else one.default}]"
            )
            choices = f" ({', '.join(one.choices)})" if one.choices else ""
            lines.append(f"  {one.path + '=':18} {one.meaning}{choices}{default}")
        lines += ["", "  strategy=, case=, theory=, market= choose files; market.* and strategy.* are the numbers of the model"]
    return "\n".join(lines)


def settings_of(verb: str) -> type | None:
    """The settings of a verb, if it has any."""
    from experiments import settings

    return {
        "compare": settings.Compare,
        "case": settings.Case,
        "sweep": settings.Sweep,
        "worker": settings.Worker,
        "sensitivity": settings.Sensitivity,
        "map": settings.Map,
        "replay": settings.Replay,
        "status": settings.Status,
        "compact": settings.Status,
        "export": settings.Export,
        "run": settings.Run,
        "duel": settings.Duel,
        "kpi": settings.Kpi,
        "touchpoints": settings.Touch,
        "report": settings.Report,
        "flip": settings.Flip,
        "why": settings.Why,
        "story": settings.Story,
        "lab": settings.Lab,
        "template": settings.Template,
        "scenarios": settings.Explain,
        "explain": settings.Explain,
        "doctor": settings.Doctor,
    }.get(verb)


def say(text: str) -> int:
    """Prints and is content."""
    print(text)
    return FINE


def complain(errors: Sequence[str]) -> int:
    """Prints what is wrong, one sentence a line."""
    for error in errors:
        print(f"funnel: {error}", file=sys.stderr)
    return USAGE_ERROR


if __name__ == "__main__":
    sys.exit(main())
