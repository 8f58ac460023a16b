"""A question asked of Funnelsim in a notebook, in English and Chinese: `marimo edit docs/notebook.py` (extra [notebook])."""

import marimo

app = marimo.App(app_title="Do more cars pay? · 多卖车是否多赚钱？", width="medium")

with app.setup:
    import marimo as mo
    import matplotlib.pyplot as plt
    import pandas as pd

    from experiments.cli import main as funnel
    from experiments.intervals import mean_interval
    from experiments.report.style import in_house
    from experiments.wording import with_interval

    in_house()


@app.cell
def the_language():
    language = mo.ui.dropdown({"English": "en", "中文": "zh"}, value="English", label="Language · 语言")
    language
    return (language,)


@app.cell
def in_words(language):
    def say(en: str, zh: str) -> str:
        return zh if language.value == "zh" else en

    return (say,)


@app.cell
def the_question(say):
    mo.md(
        say(
            """# Do more cars pay?

With the same outlets, staff and media, 4S dealers sell more cars than direct sales: their salespeople may give a discount.
**Does the channel, maker and dealers together, earn more by it?**

Every row below is one simulated world. Both formats meet the same people with the same luck in it, so that what differs is owed to the
format. Run the cell again: finished worlds are kept, so it ends at once. More worlds: raise `replications`.""",
            """# 多卖车是否多赚钱？

门店、人员、媒体都相同时，4S 经销因销售顾问可以让价而卖得更多。
**厂商与经销商合计的全渠道，是否因此赚得更多？**

下面每一行是一个模拟世界：两种模式面对同一批人、同样的随机性，差异只来自模式。
再次运行时，已完成的世界会保留，立刻结束。想要更多世界，请调大 `replications`。""",
        )
    )
    return


@app.cell
def the_sizes():
    consumers, days, replications, results = 10_000, 365, 20, "results/notebook"
    return consumers, days, replications, results


@app.cell
def lived(consumers, days, replications, results):
    code = funnel([
        "compare", "strategies=direct,dealer_4s", "basis=format", "report=false", f"results={results}",
        f"market.consumers={consumers}", f"market.days={days}", f"replications={replications}",
    ])  # fmt: skip
    assert code == 0
    folder = results
    return (folder,)


@app.cell
def read_in_one_line(folder):
    outcomes = pd.read_parquet(f"{folder}/outcomes")  # polars and DuckDB: a line each, further down
    outcomes
    return (outcomes,)


@app.cell
def paired(days, outcomes):
    worlds = outcomes.pivot(index="replication", columns="strategy", values=["orders", "profit_channel"])
    more = worlds.xs("dealer_4s", axis=1, level=1) - worlds.xs("direct", axis=1, level=1)
    gaps = more * 365 / days / [1, 1e6]  # cars a year, million yuan a year
    cars, money = (mean_interval(gaps[key].to_numpy()) for key in ("orders", "profit_channel"))
    return cars, gaps, money


@app.cell
def the_answer(cars, money, say):
    pays = {
        1: say("they pay", "划算"),
        0: say("whether they pay is not clear", "是否划算尚不明朗"),
        -1: say("they do not pay", "不划算"),
    }[money.sign]
    sold = {
        1: say("More cars are ordered under 4S dealers", "4S 经销下订单更多"),
        0: say("Whether more cars are ordered under 4S dealers is not clear", "4S 经销下订单是否更多尚不明朗"),
        -1: say("Fewer cars are ordered under 4S dealers", "4S 经销下订单更少"),
    }[cars.sign]
    answer = say(
        f"{sold}, {with_interval(cars)} a year, and {pays}: the profit of the channel differs by {with_interval(money)} million yuan a year "
        f"(in brackets the 95 % intervals over {cars.n} paired worlds).",
        f"{sold}，每年 {with_interval(cars)} 辆；{pays}：全渠道年利润之差为 {with_interval(money)} 百万元"
        f"（方括号内为 {cars.n} 个配对世界的 95% 区间）。",
    )
    mo.md(f"## {answer}")
    return (answer,)


@app.cell
def the_picture(cars, gaps, money, say):
    figure, axes = plt.subplots(figsize=(7, 4.2))
    axes.axhline(0, color="#9aa5b1", lw=1)
    axes.axvline(0, color="#9aa5b1", lw=1)
    axes.plot(gaps["orders"], gaps["profit_channel"], "^", color="#D55E00", alpha=0.45, label=say("one world", "一个世界"))
    axes.errorbar(
        cars.mean, money.mean,
        xerr=[[cars.mean - cars.low], [cars.high - cars.mean]], yerr=[[money.mean - money.low], [money.high - money.mean]],
        fmt="o", color="#1f2933", capsize=4, lw=2, label=say("mean of the worlds, 95 % interval", "各世界均值与 95% 区间"),
    )  # fmt: skip
    axes.set_xlabel(say("cars ordered a year, 4S dealers less direct sales", "年订单量：4S 经销减直营（辆）"))
    axes.set_ylabel(say("profit of the channel, million yuan a year", "全渠道利润之差（百万元/年）"))
    axes.legend(frameon=False)
    figure
    return (figure,)


@app.cell
def other_readers(folder, say):
    mo.md(
        say("The same table elsewhere, in one line each:", "用其他工具读同一张表，各一行：")
        + f"""

```python
pandas.read_parquet("{folder}/outcomes")
polars.read_parquet("{folder}/outcomes/*.parquet")
duckdb.sql("SELECT * FROM '{folder}/outcomes/*.parquet'")
```"""
        + say(
            "\n\n`outcomes` may be any table of the folder: `daily`, `stocks`, `flows`, `books`, `orders`, `journeys`, `kpis` ...",
            "\n\n`outcomes` 可换成文件夹中的任何一张表：`daily`、`stocks`、`flows`、`books`、`orders`、`journeys`、`kpis` 等。",
        )
    )
    return


@app.cell
def as_a_script(answer):
    if mo.running_in_notebook() is False:
        print(answer)
    return


if __name__ == "__main__":
    app.run()
